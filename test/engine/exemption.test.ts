import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ruleIds, Workspace } from "../support/workspace.ts";

const program = `
import { ProductionApp, Volume } from "airworthy";
const shop = new ProductionApp("shop", {
  image: "nginx:latest",
  groups: { web: { regions: { iad: 1 }, http: { port: 8080 } } },
});
new Volume("scratch", { app: shop.appName, name: "scratch", region: "iad", sizeGb: 1, encrypted: false }, { protect: true });
`;

const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const reason = "Found when Airworthy came to this stack";
const until = daysFromNow(90);
const everything = [
  "exempt",
  "--all",
  "--until",
  until,
  "--reason",
  reason,
  "--owner",
  "ana",
  "--config",
  "airworthy.toml",
];
const before = '# Ours.\n[rules.stop-timeout]\nlevel = "disabled" # no end of line after this';

let shop: Workspace;
const preview = (env: Record<string, string> = {}) =>
  shop.pulumi(["preview"], { AIRWORTHY_CONFIG: join(shop.dir, "airworthy.toml"), ...env });

beforeAll(async () => {
  shop = await Workspace.of("examples/hello");
  shop.write("index.ts", program);
  shop.write("airworthy.toml", before);
});
afterAll(() => shop?.remove());

test("a stack that starts dirty is exempted in one command, and from then on only what is new is found", async () => {
  const dirty = await preview();
  const found = ruleIds(dirty.output);
  expect(dirty.code).not.toBe(0);
  expect(found).toEqual(expect.arrayContaining(["FLY-IMG-01", "FLY-VOL-01", "FLY-AVL-01", "FLY-OBS-01"]));

  const { code, output } = await shop.airworthy(...everything);
  expect(output).toContain(`exemptions until ${until} written to airworthy.toml:\n`);
  expect([code, ruleIds(output)]).toEqual([0, found]);
  const written = shop.read("airworthy.toml");
  expect(written.startsWith(`${before}\n\n[[exemption]]\n`)).toBe(true);
  expect(ruleIds(written)).toEqual(found);

  const clean = await preview();
  expect([clean.code, ruleIds(clean.output)]).toEqual([0, []]);
  expect(clean.output).toMatch(new RegExp(`fly-production: \\d+ findings exempted, the first until ${until}`));

  const again = await shop.airworthy(...everything);
  expect(again).toEqual({
    code: 0,
    output: expect.stringMatching(/^nothing to exempt: airworthy\.toml was left as it is\n/),
  });
  expect(shop.read("airworthy.toml")).toBe(written);

  const audit = await preview({ AIRWORTHY_AUDIT: "1" });
  expect([audit.code === 0, ruleIds(audit.output)]).toEqual([false, found]);

  const more =
    'new Volume("more", { app: shop.appName, name: "more", region: "iad", sizeGb: 1, encrypted: false }, { protect: true });\n';
  shop.edit("index.ts", (text) => text + more);
  expect(ruleIds((await preview()).output)).toContain("FLY-VOL-01");
  shop.edit("index.ts", (text) => text.replace(more, ""));
});

test("an exemption that ended fails the preview again, and says since when", async () => {
  const written = shop.read("airworthy.toml");
  shop.edit("airworthy.toml", (text) => text.replace(until, "2026-01-31"));
  const { code, output } = await preview();
  shop.edit("airworthy.toml", () => written);
  expect(code).not.toBe(0);
  expect(output).toMatch(
    /FLY-EXE-01 exemption 1 of airworthy\.toml: the exemption of FLY-\w+-\d+ ended on 2026-01-31, \d+ days ago/,
  );
});

test("what a component exempts counts for what it makes, in rules of resources and of stacks", async () => {
  const exempt = `  exempt: ["FLY-IMG-01", "FLY-AVL-01"].map((rule) => ({ rule, reason: "${reason}", owner: "ana", until: "${until}" })),\n`;
  shop.edit("index.ts", (text) => text.replace("  groups:", () => `${exempt}  groups:`));
  const { output } = await preview({ AIRWORTHY_CONFIG: "" });
  expect(output).toContain(`fly-production: 2 findings exempted, the first until ${until}`);
  expect(ruleIds(output)).not.toEqual(expect.arrayContaining(["FLY-IMG-01"]));
  expect(ruleIds(output)).not.toEqual(expect.arrayContaining(["FLY-AVL-01"]));
  expect(ruleIds(output)).toContain("FLY-VOL-01");
});

test("a program that fails is told in its own words, and nothing is written", async () => {
  const written = shop.read("airworthy.toml");
  shop.edit("index.ts", (text) => text.replace("iad: 1", "iad: 0"));
  const { code, output } = await shop.airworthy(...everything);
  expect(code).toBe(1);
  expect(output).toMatch(
    /^airworthy: judge the program: pulumi says .*regions\.iad is 0; give a whole number of 1 or more\n$/,
  );
  expect(shop.read("airworthy.toml")).toBe(written);
});
