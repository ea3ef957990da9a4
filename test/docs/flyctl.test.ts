import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Redaction } from "../clients/flyctl/redaction.ts";
import { commands, means } from "../clients/flyctl/required.ts";
import { pairs, rows } from "../clients/flyctl/table.ts";
import { unfit } from "../clients/flyctl/transcript.ts";

// The page itself is written where a flyctl is: npm run flyctl.
const file = new URL("../../docs/flyctl-transcript.md", import.meta.url);
const page = existsSync(file) ? readFileSync(file, "utf8") : "";
const typed = [...page.matchAll(/^\$ (.*)$/gm)].map(([, line = ""]) => line);

test.each(commands)("docs/flyctl-transcript.md shows %s", (command) => {
  expect(typed.some((line) => means(line, command))).toBe(true);
});

test("docs/flyctl-transcript.md says of no claim that it did not hold", () => {
  const [, held, of] = /(\d+) of (\d+) claims held/.exec(page) ?? [];
  expect(held).toBe(of);
  expect(page).not.toContain("(it was not)");
});

test("docs/flyctl-transcript.md has no token and no path of a machine on it", () => {
  expect(unfit(page, {})).toBeUndefined();
});

test("a page with a token, a path or a name of the machine on it is not kept", () => {
  expect(unfit("FlyV1 fm2_lJPECAAAAAAAAAAB", {})).toBe("a token");
  expect(unfit("Validating /tmp/somewhere/fly.toml", {})).toBe("a path");
  expect(unfit("on builder-7 it runs", { "the machine's name": "builder-7" })).toBe("the machine's name");
});

test("what is hidden is replaced by its name, inner folders before outer ones, and tokens nobody named too", () => {
  const redaction = new Redaction();
  redaction.hide("/var/run", "<outer>");
  redaction.hide("/var/run/inner", "<inner>");
  expect(redaction.clean("/var/run/inner/a /var/run/b FlyV1 fm2_lJPECAAAAAAAAAAB+/=")).toBe(
    "<inner>/a <outer>/b <token>",
  );
});

test("a table of flyctl is read by its headings, an empty cell too", () => {
  const printed = "App\n Name │ shop\n\n ID │ STATE   │ CHECKS\n a1 │ started │ 1/1\n b2 │ stopped │\n\nmore";
  expect(rows(printed, "ID")).toEqual([
    { ID: "a1", STATE: "started", CHECKS: "1/1" },
    { ID: "b2", STATE: "stopped", CHECKS: "" },
  ]);
  expect(pairs("  Size GB: 1\n Name │ shop\n Status = Issued")).toEqual({
    "Size GB": "1",
    Name: "shop",
    Status: "Issued",
  });
});
