import { expect, test } from "vitest";
import { concealer } from "../../provider/secrecy.ts";

const planted = 'p"l+nt/ed\\value==';
const conceal = concealer(
  { value: { values: { KEY: planted, SHORT: "abc" }, token: "t0ken-value" }, secrets: [["values"]] },
  ["token"],
);

test.each([
  ["as it stands", planted],
  ["in a URL", encodeURIComponent(planted)],
  ["in JSON", JSON.stringify(planted)],
  ["in base64", Buffer.from(planted).toString("base64")],
  ["what is secret without a mark", "t0ken-value"],
])("a secret is taken out of a text %s", (_, spelling) => {
  const text = conceal(`before ${spelling} after`);
  expect(text).toContain("[secret]");
  expect(text).not.toContain(spelling);
  expect(text).toMatch(/^before .* after$/);
});

test("a value too short to be a secret is left, since it stands in ordinary words", () => {
  expect(conceal("the abc of it")).toBe("the abc of it");
});
