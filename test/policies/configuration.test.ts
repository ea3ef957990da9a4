import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import {
  catalogue,
  configurationOf,
  levelOf,
  type Rule,
  remediates,
  rules,
  thresholdsOf,
} from "../../policies/index.ts";
import { attestation, exemption } from "./configuration-entry.ts";

const folder = mkdtempSync(join(tmpdir(), "airworthy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "airworthy.toml");
const now = new Date("2026-11-23T12:00:00Z");
const read = (text: string, at = now, all: readonly Rule[] = rules) => {
  writeFileSync(path, text);
  return configurationOf({ AIRWORTHY_CONFIG: path }, all, at);
};
const rule = (slug: string) => rules.find((one) => one.slug === slug) as Rule;

test("without a file, production is in force, and nothing attested, exempted or mended", async () => {
  const { attestations, ...rest } = await configurationOf({}, catalogue, now);
  expect(attestations("FLY-OBS-02", "shop")).toBeUndefined();
  const nothing = { remediate: false, levels: {}, thresholds: {}, exemptions: [], audit: false };
  expect(rest).toEqual({ profile: "production", ...nothing });
});

test("the file names the profile", async () => {
  expect(await read('profile = "strict"')).toMatchObject({ profile: "strict", file: path });
});

test("a file that names none leaves production in force, and is said", async () => {
  expect(await read("[budget]")).toMatchObject({ profile: "production", file: path });
});

test("AIRWORTHY_AUDIT=1 asks for an audit, anything else does not", async () => {
  const audit = async (value: string) => (await configurationOf({ AIRWORTHY_AUDIT: value }, catalogue, now)).audit;
  expect([await audit("1"), await audit("0"), await audit("")]).toEqual([true, false, false]);
});

test("a file that is not there is named, and a relative path is told to be given whole", async () => {
  const config = (file: string) => configurationOf({ AIRWORTHY_CONFIG: file }, rules, now);
  await expect(config(join(folder, "none.toml"))).rejects.toThrow(/none\.toml, named by AIRWORTHY_CONFIG: ENOENT/);
  await expect(config("none.toml")).rejects.toThrow("Give its whole path");
});

describe("levels and thresholds", () => {
  test("are those of the file, otherwise those of profile and rule", async () => {
    const configuration = await read('[rules.two-regions]\nlevel = "advisory"\n[rules.volume-snapshots]\ndays = 30');
    const levels = ["two-regions", "two-machines", "stop-timeout"].map((slug) => levelOf(configuration, rule(slug)));
    expect(levels).toEqual(["advisory", "mandatory", "advisory"]);
    expect(thresholdsOf(configuration, rule("volume-snapshots"))).toEqual({ days: 30 });
    expect(thresholdsOf(configuration, rule("two-regions"))).toEqual({});
  });

  test("a budget is the threshold of the rule that has one", async () => {
    const setting = { type: "number", default: 0, minimum: 0, maximum: 9999, description: "Dollars" } as const;
    const costly = { ...rule("two-regions"), slug: "costly", settings: { monthlyUsd: setting } };
    const configuration = await read("[budget]\nmonthlyUsd = 200", now, [
      ...rules.filter(({ settings }) => !Object.hasOwn(settings, "monthlyUsd")),
      costly,
    ]);
    expect(thresholdsOf(configuration, costly)).toEqual({ monthlyUsd: 200 });
  });

  test("what mends is what is safe, or exactly what is named", async () => {
    const [safe, asked, none] = [{ remedy: "safe" }, { remedy: "asked" }, {}].map((more) => ({
      slug: "stop-signal",
      ...more,
    }));
    const mended = async (text: string) => {
      const configuration = await read(text);
      return [safe, asked, none].map((one) => remediates(configuration, one as Rule));
    };
    expect(await mended("remediate = true")).toEqual([true, false, false]);
    expect(await mended("remediate = false")).toEqual([false, false, false]);
    expect(await mended("")).toEqual([false, false, false]);
    const [mendable] = rules.filter(({ remedy }) => remedy !== undefined);
    const named = await read(`remediate = ["${mendable?.slug}"]`);
    expect([remediates(named, mendable as Rule), remediates(named, safe as Rule)]).toEqual([
      true,
      mendable?.slug === "stop-signal",
    ]);
  });
});

const standing = async (text: string, id = "FLY-OBS-02", app = "shop", at = now) =>
  (await read(text, at)).attestations(id, app);

describe("an attestation", () => {
  test("stands for its rule and its app, and for no other", async () => {
    expect(await standing(attestation())).toEqual({ on: "2026-11-01", ended: false });
    expect(await standing(attestation(), "FLY-OBS-01")).toBeUndefined();
    expect(await standing(attestation(), "FLY-OBS-02", "shop-2")).toBeUndefined();
  });

  test.each([
    ["*", ["shop", "other"]],
    ["shop-*", ["shop-dev", "shop-"]],
  ])("for %s stands for all apps of such a name", async (app, names) => {
    const { attestations } = await read(attestation({ app: `"${app}"` }));
    for (const name of names) expect(attestations("FLY-OBS-02", name)).toBeDefined();
    if (app !== "*") expect(attestations("FLY-OBS-02", "shop")).toBeUndefined();
  });

  test("ends 180 days after its day, whatever the hour", async () => {
    expect((await standing(attestation({ on: "2026-05-27" })))?.ended).toBe(false);
    expect((await standing(attestation({ on: "2026-05-26" })))?.ended).toBe(true);
    const at = async (time: string) =>
      (await standing(attestation({ on: "2026-05-27" }), "FLY-OBS-02", "shop", new Date(time)))?.ended;
    const ended = [at("2026-11-23T00:00:00Z"), at("2026-11-23T23:59:59Z"), at("2026-11-24T00:00:00Z")];
    expect(await Promise.all(ended)).toEqual([false, false, true]);
  });

  test("that is newer wins, in whichever order they are written", async () => {
    const [old, recent] = [attestation({ on: "2026-01-01" }), attestation()];
    expect((await standing(`${old}\n${recent}`))?.on).toBe("2026-11-01");
    expect((await standing(`${recent}\n${old}`))?.on).toBe("2026-11-01");
  });

  test("of today stands", async () => {
    expect((await standing(attestation({ on: "2026-11-23" })))?.ended).toBe(false);
  });
});

test("an exemption is read with where it stands", async () => {
  const { exemptions } = await read(`${exemption()}\n${exemption({ until: "2026-11-23" })}`);
  const read1 = {
    rule: "FLY-OBS-01",
    resource: "shop*",
    reason: "Logs move to Loki with the next release",
    owner: "ana",
  };
  expect(exemptions).toEqual([
    { ...read1, until: "2027-02-01", entry: "exemption 1 of airworthy.toml" },
    { ...read1, until: "2026-11-23", entry: "exemption 2 of airworthy.toml" },
  ]);
});

test("one that ended is no mistake of the file: the finding that says so is the stack's", async () => {
  expect((await read(exemption({ until: "2024-02-29" }))).exemptions).toHaveLength(1);
});

test("180 days and today are taken as the last day", async () => {
  const text = [exemption({ until: "2027-05-22" }), exemption({ until: "2026-11-23" })].join("\n");
  expect((await read(text)).exemptions.map(({ until }) => until)).toEqual(["2027-05-22", "2026-11-23"]);
});

test("the example of decision 0009 is one that can be read", async () => {
  const decision = new URL("../../docs/decisions/0009-one-catalogue-three-judges.md", import.meta.url);
  const [, example = ""] = /```toml\n([\s\S]*?)```/.exec(readFileSync(decision, "utf8")) ?? [];
  await expect(read(example.replace("[[attestation]]", attestation()))).resolves.toMatchObject({
    profile: "production",
  });
});
