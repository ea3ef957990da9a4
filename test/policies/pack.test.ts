import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Resource, rules } from "../../policies/index.ts";
import { levels, Pack, startedPack, unknownOnTheWire } from "../support/pack.ts";
import { app, cluster, group, secrets, service, slots, volume } from "./fixture.ts";

let pack: Pack;
const kept = mkdtempSync(join(tmpdir(), "airworthy-"));
const file = join(kept, "airworthy.toml");

beforeAll(async () => {
  const attestation = { app: "shop", where: "a place that was invented", by: "the test" };
  const entry = Object.entries(attestation).map(([key, text]) => `${key} = "${text}"`);
  const entries = ["OBS-01", "OBS-02", "VOL-07", "ORG-02"].map((rule) =>
    ["[[attestation]]", `rule = "FLY-${rule}"`, ...entry, `on = ${new Date().toISOString().slice(0, 10)}`].join("\n"),
  );
  writeFileSync(file, entries.join("\n"));
  pack = await Pack.start({ AIRWORTHY_CONFIG: file });
}, 30_000);

afterAll(async () => {
  await pack?.stop();
  rmSync(kept, { recursive: true });
});

const resourceLines = (resource: Resource) => pack.resourceLines(resource);
const stackLines = (...resources: Resource[]) => pack.stackLines(...resources);

test("every rule is a policy under its slug, with its thresholds, at the level of the profile", async () => {
  const policies = await pack.policies();
  const found = policies.map((one) => [one.getName(), levels[one.getEnforcementlevel()]]);
  const expected = rules.map(({ slug, priority }) => [slug, priority === "P1" ? "mandatory" : "advisory"]);
  expect(found).toEqual([...expected, ["exemption-standing", "mandatory"]]);
  const snapshots = policies.find((one) => one.getName() === "volume-snapshots");
  expect(snapshots?.getConfigschema()?.getProperties()?.toJavaScript()).toMatchObject({ days: { default: 14 } });
});

test("the profile in force and the file are said once", () => {
  // Tables that have grown old by the day on which this runs are said as well.
  expect(pack.said.replaceAll(/^fly-production: the table of .*\n/gm, "")).toBe(
    `fly-production: profile production of ${file}\n`,
  );
});

test("a file that cannot be read ends the pack with one line that names it", async () => {
  const absent = join(kept, "none.toml");
  const other = startedPack({ AIRWORTHY_CONFIG: absent });
  let error = "";
  other.stderr?.on("data", (text) => {
    error += text;
  });
  expect((await once(other, "exit"))[0]).toBe(1);
  expect(error).toMatch(/^fly-production: read .*none\.toml, named by AIRWORTHY_CONFIG: ENOENT.*\n$/);
}, 30_000);

test("what a property is made from is seen before the property is known, and what is attested counts", async () => {
  const db = cluster({ region: "fra" });
  const told = secrets({ DATABASE_URL: unknownOnTheWire }, { madeFrom: { values: [db.urn] } });
  expect(await stackLines(app(), db, told, group({}, { minSecretsVersion: 1 }))).toEqual([
    expect.stringMatching(
      /^advisory postgres-near-app FLY-PGS-05 cluster db: region is fra, while app shop is mainly in iad/,
    ),
  ]);
  const [line] = (await stackLines(app({ name: "other" }))).filter((one) => one.includes("FLY-OBS-02"));
  expect(line).toContain("alerts are not in the program, nor attested");
});

test("a finding begins with the rule's id and is as strict as its priority", async () => {
  expect(await resourceLines(volume({ encrypted: false }))).toEqual([
    expect.stringMatching(/^mandatory volume-encrypted FLY-VOL-01 volume data of app shop: encrypted is false/),
  ]);
});

test("a finding of lower priority than its rule is advisory under the rule's own name", async () => {
  expect(await resourceLines(group({}, { slots: slots("iad", "xyz") }))).toEqual([
    expect.stringMatching(/^advisory current-region FLY-AVL-03 group web of app shop: slots\[1\]\.region is xyz/),
  ]);
});

test("an unknown makes one advisory of its own, and the same rule still refuses what is known", async () => {
  const found = await stackLines(group({}, { slots: unknownOnTheWire }), {
    ...group({ services: [{ ...service, autostop: "off" }] }, { name: "api", slots: slots("iad") }),
    urn: "urn:api",
  });
  expect(found.filter((line) => line.includes("two-machines"))).toEqual([
    "advisory two-machines FLY-AVL-01 group web of app shop: could not be judged: slots is not known before `up`.",
    expect.stringMatching(/^mandatory two-machines FLY-AVL-01 group api of app shop: slots has 1 machine/),
  ]);
});

test("protection is seen, and a resource of another provider is not looked at", async () => {
  const elsewhere = { ...app(), type: "aws:s3:Bucket", urn: "urn:bucket" };
  expect(await stackLines(app(), volume(), elsewhere)).toEqual([
    expect.stringMatching(/^mandatory data-protected FLY-VOL-03 app shop: option protect is not set/),
  ]);
});

test("a configured threshold and level win over ours, but do not make a demoted finding strict", async () => {
  await pack.configure({ "volume-snapshots": ["advisory", { days: 20 }], "stop-timeout": ["mandatory", {}] });
  expect(await resourceLines(volume())).toEqual([
    expect.stringMatching(/^advisory volume-snapshots FLY-VOL-02 .* is 14 days; want 20 to 60 days/),
  ]);
  const stopping = async (timeout: string) =>
    (await resourceLines(group({ stopConfig: { signal: "SIGTERM", timeout } })))[0]?.split(" ")[0];
  expect([await stopping("5s"), await stopping("15s")]).toEqual(["mandatory", "advisory"]);
});
