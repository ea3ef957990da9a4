import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { configurationOf, rules } from "../../policies/index.ts";

const folder = mkdtempSync(join(tmpdir(), "airworthy-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = join(folder, "airworthy.toml");
const now = new Date("2026-11-23T12:00:00Z");
const read = (text: string) => {
  writeFileSync(path, text);
  return configurationOf({ AIRWORTHY_CONFIG: path }, rules, now);
};

test("without a file, production is in force and nothing attested", () => {
  const { profile, file, attestations } = configurationOf({}, rules, now);
  expect([profile, file, attestations("FLY-OBS-02", "shop")]).toEqual(["production", undefined, undefined]);
});

test("the file names the profile", () => {
  expect(read('profile = "strict"')).toMatchObject({ profile: "strict", file: path });
});

test("a file that names none leaves production in force, and is said", () => {
  expect(read("[budget]")).toMatchObject({ profile: "production", file: path });
});

test.each([['profile = "lenient"'], ["profile = 3"], ['profile = "toString"']])("%s is refused", (text) => {
  expect(() => read(text)).toThrow("production, strict, staging");
});

test("a file that is not there, or is no TOML, is named", () => {
  const absent = { AIRWORTHY_CONFIG: join(folder, "none.toml") };
  expect(() => configurationOf(absent, rules, now)).toThrow(/none\.toml.*ENOENT/);
  expect(() => read("profile = ")).toThrow("named by AIRWORTHY_CONFIG");
});

const sound = {
  rule: '"FLY-OBS-02"',
  app: '"shop"',
  where: '"Grafana of the team, folder shop"',
  by: '"ana"',
  on: "2026-11-01",
};
const entry = (changes: Record<string, string | undefined> = {}) =>
  ["[[attestation]]", ...Object.entries({ ...sound, ...changes }).filter(([, value]) => value !== undefined)]
    .map((line) => (typeof line === "string" ? line : line.join(" = ")))
    .join("\n");
const standing = (text: string, rule = "FLY-OBS-02", app = "shop") => read(text).attestations(rule, app);

describe("an attestation", () => {
  test("stands for its rule and its app, and for no other", () => {
    expect(standing(entry())).toEqual({ on: "2026-11-01", ended: false });
    expect(standing(entry(), "FLY-OBS-01")).toBeUndefined();
    expect(standing(entry(), "FLY-OBS-02", "shop-2")).toBeUndefined();
  });

  test.each([
    ["*", ["shop", "other"]],
    ["shop-*", ["shop-dev", "shop-"]],
  ])("for %s stands for all apps of such a name", (app, names) => {
    const { attestations } = read(entry({ app: `"${app}"` }));
    for (const name of names) expect(attestations("FLY-OBS-02", name)).toBeDefined();
    if (app !== "*") expect(attestations("FLY-OBS-02", "shop")).toBeUndefined();
  });

  test("ends 180 days after its day, whatever the hour", () => {
    expect(standing(entry({ on: "2026-05-27" }))?.ended).toBe(false);
    expect(standing(entry({ on: "2026-05-26" }))?.ended).toBe(true);
    writeFileSync(path, entry({ on: "2026-05-27" }));
    const at = (time: string) =>
      configurationOf({ AIRWORTHY_CONFIG: path }, rules, new Date(time)).attestations("FLY-OBS-02", "shop")?.ended;
    expect([at("2026-11-23T00:00:00Z"), at("2026-11-23T23:59:59Z"), at("2026-11-24T00:00:00Z")]).toEqual([
      false,
      false,
      true,
    ]);
  });

  test("that is newer wins, in whichever order they are written", () => {
    const [old, recent] = [entry({ on: "2026-01-01" }), entry()];
    expect(standing(`${old}\n${recent}`)?.on).toBe("2026-11-01");
    expect(standing(`${recent}\n${old}`)?.on).toBe("2026-11-01");
  });

  test("of today stands, one of tomorrow is refused", () => {
    expect(standing(entry({ on: "2026-11-23" }))?.ended).toBe(false);
    expect(() => read(entry({ on: "2026-11-24" }))).toThrow("on must not be in the future. Today is 2026-11-23");
  });

  test.each([
    ["a rule that is none", { rule: '"FLY-OBS-99"' }, "rule must be one that takes an attestation: FLY-OBS-01"],
    ["a rule judged from the program", { rule: '"FLY-AVL-02"' }, "rule must be one that takes an attestation"],
    ["no rule", { rule: undefined }, "rule must be the id of a rule"],
    ["a star in the middle", { app: '"sh*op"' }, "app must be the name of an app"],
    ["no app", { app: undefined }, "app must be"],
    ["a where of 14 characters", { where: '"in the Grafana"' }, "where must be text of 15 characters or more"],
    ["a where of blanks", { where: `"${" ".repeat(20)}"` }, "where must be"],
    ["nobody", { by: '""' }, "by must be who attests it"],
    ["a day in quotes", { on: '"2026-11-01"' }, "on must be a day"],
    ["a day with a time", { on: "2026-11-01T10:00:00Z" }, "on must be a day"],
    ["a key too many", { until: "2027-01-01" }, "until is no key of an attestation"],
  ])("with %s is one error that names file and entry", (_, changes, message) => {
    const text = `${entry()}\n${entry(changes)}`;
    expect(() => read(text)).toThrow(`${path} (named by AIRWORTHY_CONFIG): attestation 2: ${message}`);
  });

  test("in single brackets is refused with the right ones", () => {
    expect(() => read(entry().replace("[[attestation]]", "[attestation]"))).toThrow("each headed [[attestation]]");
  });
});
