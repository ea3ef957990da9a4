import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { FindingRecord, Resource } from "../../policies/index.ts";
import { Pack } from "../support/pack.ts";
import { group, resource, slots, volume } from "./fixture.ts";

const daysFromNow = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const until = daysFromNow(30);

let kept: string;
let pack: Pack | undefined;

beforeEach(() => {
  kept = mkdtempSync(join(tmpdir(), "airworthy-"));
});

afterEach(async () => {
  await pack?.stop();
  pack = undefined;
  rmSync(kept, { recursive: true });
});

async function start(text: string, env: Record<string, string> = {}): Promise<Pack> {
  const config = join(kept, "airworthy.toml");
  writeFileSync(config, text);
  pack = await Pack.start({ AIRWORTHY_CONFIG: config, AIRWORTHY_FINDINGS: join(kept, "findings.jsonl"), ...env });
  return pack;
}

const records = () =>
  readFileSync(join(kept, "findings.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as FindingRecord);

const exemption = (rule: string, name: string, day = until) =>
  `[[exemption]]\nrule = "${rule}"\nresource = "${name}"\nreason = "It is made anew every night"\nowner = "ana"\nuntil = ${day}\n`;

const bare = volume({ encrypted: false, snapshotRetention: 14 }, { name: "cache" });
const alone = group({}, { slots: slots("iad", "iad") });

test("what is exempted is not reported but written down and counted, by rules of resources and of stacks", async () => {
  const { resourceLines, stackLines } = bound(
    await start(exemption("FLY-VOL-01", "cache*") + exemption("FLY-AVL-02", "shop-web")),
  );
  expect(await resourceLines(bare)).toEqual([]);
  expect(await stackLines(bare, alone)).toEqual([]);
  expect(pack?.said).toMatch(`fly-production: 2 findings exempted, the first until ${until}\n`);
  const exempted = { reason: "It is made anew every night", owner: "ana", until };
  const found = records()
    .filter(({ state }) => state === "exempted")
    .map(({ rule, resource: name, state, exempted: why }) => ({ rule, name, state, why }));
  expect(found).toEqual([
    { rule: "FLY-VOL-01", name: "cache", state: "exempted", why: exempted },
    { rule: "FLY-AVL-02", name: "shop-web", state: "exempted", why: exempted },
  ]);
});

test("what is not exempted is reported, and written down with its path and level", async () => {
  const { resourceLines } = bound(await start(exemption("FLY-VOL-01", "data*")));
  expect(await resourceLines(bare)).toHaveLength(1);
  expect(records()).toEqual([
    expect.objectContaining({
      rule: "FLY-VOL-01",
      state: "violated",
      level: "mandatory",
      path: "encrypted",
      urn: bare.urn,
    }),
  ]);
});

test("an exemption that ended fails the stack, one that meets nothing is shown", async () => {
  const text = exemption("FLY-VOL-01", "cache", daysFromNow(-1)) + exemption("FLY-AVL-02", "shop-web");
  const { stackLines } = bound(await start(text));
  expect(await stackLines(bare)).toEqual([
    expect.stringMatching(
      /^mandatory exemption-standing FLY-EXE-01 exemption 1 of airworthy\.toml: .* ended on .*, 1 day ago/,
    ),
    expect.stringMatching(/^advisory exemption-standing FLY-EXE-01 exemption 2 of airworthy\.toml: .* meets nothing/),
  ]);
});

test("an audit shows all, and says so", async () => {
  const { resourceLines, stackLines } = bound(await start(exemption("FLY-VOL-01", "cache"), { AIRWORTHY_AUDIT: "1" }));
  expect(await resourceLines(bare)).toHaveLength(1);
  expect(await stackLines(bare)).toEqual([]);
  expect(pack?.said).toMatch(/^fly-production: profile production of .*airworthy\.toml, no exemption counts\n/);
});

test("a component's argument exempts what it makes, in both kinds of rule, and needs no file", async () => {
  const exempt = ["FLY-VOL-01", "FLY-AVL-02"].map((rule) => ({
    rule,
    reason: "It is made anew every night",
    owner: "ana",
    until,
  }));
  const shop = resource("ProductionApp", "shop", { exempt, groups: {} });
  const [data, web] = [
    { ...bare, parent: shop, urn: "urn:a" },
    { ...alone, parent: shop, urn: "urn:b" },
  ] as [Resource, Resource];
  const { resourceLines, stackLines } = bound(await start(""));
  expect(await resourceLines(shop)).toEqual([]);
  expect(await resourceLines(data)).toEqual([]);
  expect(await resourceLines(bare)).toHaveLength(1);
  expect(await stackLines(shop, data, web)).toEqual([]);
  expect(pack?.said).toContain("2 findings exempted");
});

test("levels and thresholds of the file are in force, and Pulumi's own configuration wins over them", async () => {
  const text = `[rules.volume-encrypted]\nlevel = "disabled"\n[rules.volume-snapshots]\nlevel = "advisory"\ndays = 30\n`;
  const { resourceLines } = bound(await start(text));
  const days = (await pack?.policies())?.find((one) => one.getName() === "volume-snapshots");
  // The CLI configures what nobody configured with the defaults it is told.
  expect(days?.getConfigschema()?.getProperties()?.toJavaScript()).toMatchObject({ days: { default: 30 } });
  expect(await resourceLines(bare)).toEqual([
    expect.stringMatching(/^advisory volume-snapshots .* want 30 to 60 days/),
  ]);
  await pack?.configure({ "volume-snapshots": ["mandatory", { days: 10 }], "volume-encrypted": ["mandatory", {}] });
  expect(await resourceLines(bare)).toEqual([expect.stringMatching(/^mandatory volume-encrypted /)]);
});

/** The questions by name; of a stack what is said of the rules in this file. */
const bound = (one: Pack) => ({
  resourceLines: (each: Resource) => one.resourceLines(each),
  stackLines: async (...all: Resource[]) =>
    (await one.stackLines(...all)).filter((line) => / (two-regions|exemption-)/.test(line)),
});
