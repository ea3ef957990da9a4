import { describe, expect, test } from "vitest";
import {
  type Configuration,
  Desk,
  type Exemption,
  type FindingRecord,
  judge,
  nothingAttested,
  type Resource,
  type Rule,
  rules,
  type Verdict,
} from "../../policies/index.ts";
import { app, group, resource, volume } from "./fixture.ts";

const now = new Date("2026-11-23T12:00:00Z");
const ids = new Set(rules.map(({ id }) => id));
const rule = (id: string) => rules.find((one) => one.id === id) as Rule;

const excuse: Exemption = {
  rule: "FLY-VOL-01",
  resource: "data",
  reason: "It holds a cache that is made anew",
  owner: "ana",
  until: "2027-02-01",
  entry: "exemption 1 of airworthy.toml",
};

function deskWith(changes: Partial<Exemption>[], more: Partial<Configuration> = {}, at = now) {
  const told: FindingRecord[] = [];
  const nothing = { attestations: nothingAttested, remediate: false, levels: {}, thresholds: {}, audit: false };
  const exemptions = changes.map((each) => ({ ...excuse, ...each }));
  const desk = new Desk(
    { profile: "production", ...nothing, exemptions, ...more },
    at,
    (record) => void ("rule" in record && told.push(record)),
  );
  return { desk, told };
}

const bare = volume({ encrypted: false });
const verdictOn = (one: Resource, id = "FLY-VOL-01") => judge(rule(id), [one], {})[0] as Verdict;
const stateOf = (desk: Desk, one = bare) => desk.weigh(verdictOn(one)).state;
const standing = (desk: Desk) => desk.standing(rules, ids).map(({ level, message }) => `${level} ${message}`);

describe("a finding", () => {
  test("is exempted from its rule, on its resource, with the reason, and from nothing else", () => {
    const { desk } = deskWith([{}]);
    const { reason, owner, until } = excuse;
    const of = { rule: "FLY-VOL-01", resource: "data", level: "mandatory" };
    expect(desk.weigh(verdictOn(bare))).toMatchObject({ ...of, state: "exempted", exempted: { reason, owner, until } });
    expect(stateOf(desk, { ...bare, name: "data-2" })).toBe("violated");
    expect(desk.weigh(verdictOn(volume({ snapshotRetention: 1 }), "FLY-VOL-02")).state).toBe("violated");
  });

  test.each([
    ["*", ["data", ""], []],
    ["data*", ["data", "data-iad-0"], ["my-data"]],
    ["*-iad-*", ["data-iad-0"], ["data-iad", "iad-0"]],
    ["data.1", ["data.1"], ["data-1", "data.12"]],
    ["d+(a)", ["d+(a)"], ["dda"]],
  ])("of a resource is met by the pattern %s as a whole", (pattern, met, missed) => {
    const { desk } = deskWith([{ resource: pattern }]);
    for (const name of met) expect(stateOf(desk, { ...bare, name }), name).toBe("exempted");
    for (const name of missed) expect(stateOf(desk, { ...bare, name }), name).toBe("violated");
  });

  test("is exempted through the last day by UTC, not after it", () => {
    const at = (time: string) => stateOf(deskWith([{}], {}, new Date(time)).desk);
    expect([at("2027-02-01T23:59:59Z"), at("2027-02-02T00:00:00Z")]).toEqual(["exempted", "violated"]);
  });

  test("that two exemptions meet is exempted until the later day, and both are needed", () => {
    const { desk } = deskWith([{}, { until: "2027-03-01" }]);
    expect(desk.weigh(verdictOn(bare)).exempted?.until).toBe("2027-03-01");
    expect(standing(desk)).toEqual([]);
  });

  test("is told whether exempted or not; an audit exempts nothing and finds nothing wrong with exemptions", () => {
    const { desk, told } = deskWith([{}]);
    const audited = deskWith([{}, { until: "2026-01-01" }], { audit: true });
    for (const each of [desk, audited.desk]) each.weigh(verdictOn(bare));
    expect([told, audited.told].map(([first]) => first?.state)).toEqual(["exempted", "violated"]);
    expect(standing(audited.desk)).toEqual([]);
  });

  test("that cannot be judged yet stays to be seen, and its exemption is no idle one", () => {
    const { desk } = deskWith([{}]);
    expect(desk.weigh(verdictOn(volume({ encrypted: 3 }))).state).toBe("unjudged");
    expect(standing(desk)).toEqual([]);
  });

  test("of a rule that broke is never hidden", () => {
    const broken = { ...rule("FLY-VOL-01"), check: () => undefined as never };
    const [verdict] = judge(broken, [bare], {});
    expect(deskWith([{}]).desk.weigh(verdict as Verdict)).toMatchObject({ state: "crashed", level: "advisory" });
  });

  test("has the level of the file, otherwise that of the profile", () => {
    const level = (more: Partial<Configuration>) => deskWith([], more).desk.weigh(verdictOn(bare)).level;
    const levels = { "volume-encrypted": "advisory" } as const;
    expect([level({}), level({ levels }), level({ profile: "staging" })]).toEqual([
      "mandatory",
      "advisory",
      "advisory",
    ]);
    expect(level({ profile: "staging", levels: { "volume-encrypted": "mandatory" } })).toBe("mandatory");
  });
});

describe("an exemption", () => {
  test("that has ended is as strict a finding as its rule, whether it is still needed or not", () => {
    const { desk, told } = deskWith([
      { until: "2026-11-22" },
      { rule: "FLY-OBS-01", until: "2026-11-03", entry: "two" },
    ]);
    expect(standing(desk)).toEqual([
      expect.stringMatching(
        /^mandatory FLY-EXE-01 exemption 1 of airworthy\.toml: the exemption of FLY-VOL-01 ended on 2026-11-22, 1 day ago;/,
      ),
      expect.stringMatching(/^advisory FLY-EXE-01 two: the exemption of FLY-OBS-01 ended on 2026-11-03, 20 days ago;/),
    ]);
    expect(told.map(({ rule: id }) => id)).toEqual(["FLY-EXE-01", "FLY-EXE-01"]);
    expect(standing(deskWith([{ until: "2026-11-22" }], { profile: "staging" }).desk)[0]).toMatch(/^advisory/);
  });

  test("that was renewed says nothing, one for another resource does not renew it", () => {
    const until = "2026-11-01";
    for (const [resource, ended] of [
      ["data", 0],
      ["other", 1],
    ] as const) {
      const { desk } = deskWith([{ until }, { resource }]);
      for (const name of ["data", "other"]) desk.weigh(verdictOn({ ...bare, name }));
      expect(desk.exemptions.ended, resource).toHaveLength(ended);
    }
  });

  test("that meets nothing is worth a look", () => {
    const { desk } = deskWith([{}]);
    desk.weigh(verdictOn({ ...bare, name: "other" }));
    expect(standing(desk)).toEqual([
      expect.stringMatching(/^advisory FLY-EXE-01 .* meets nothing: no resource named data breaks/),
    ]);
  });

  test("of a rule that somebody else judges is neither needed nor idle here", () => {
    const { desk } = deskWith([{ rule: "FLY-NET-11" }, { rule: "FLY-NET-11", until: "2026-01-01" }]);
    expect(desk.standing(rules, new Set([...ids, "FLY-NET-11"]))).toEqual([]);
  });

  test("is counted in one line with the day on which the first ends, and begins anew with the next run", () => {
    const { desk } = deskWith([{}, { resource: "more*", until: "2026-12-24" }]);
    expect(desk.end()).toBeUndefined();
    stateOf(desk);
    expect(desk.end()).toBe("1 finding exempted, until 2027-02-01");
    for (const name of ["data", "more-1", "more-2"]) stateOf(desk, { ...bare, name });
    expect(desk.end()).toBe("3 findings exempted, the first until 2026-12-24");
    expect(standing(desk)).toHaveLength(2);
  });
});

describe("an exemption of one project", () => {
  const seenBy = (desk: Desk) => desk.exemptions.note({ ...bare, parent: undefined });

  test("counts in that project, whose name is in every URN", () => {
    const { desk } = deskWith([{ project: "tests" }]);
    seenBy(desk);
    expect(stateOf(desk)).toBe("exempted");
  });

  test("is passed over in another, is not called unused there, and does not end it", () => {
    for (const until of [excuse.until, "2026-11-01"]) {
      const { desk } = deskWith([{ project: "other", until }]);
      seenBy(desk);
      expect(stateOf(desk)).toBe("violated");
      expect(standing(desk)).toEqual([]);
    }
  });
});

describe("a component's exempt", () => {
  const { rule: id, reason, owner, until } = excuse;
  const shop = (exempt: unknown[], urn = "urn:shop") => resource("ProductionApp", "shop", { exempt }, { urn });
  const inside = { ...bare, urn: "urn:shop$data" };

  /** A desk that was shown the component, what is in it, and what is in that. */
  function shown(...exempt: unknown[]) {
    const { desk } = deskWith([]);
    desk.exemptions.note({ ...shop(exempt), parent: "urn:stack" });
    desk.exemptions.note({ ...inside, parent: "urn:shop" });
    desk.exemptions.note({ ...app(), urn: "urn:deep", parent: inside.urn });
    return desk;
  }

  test("reaches what the component makes however deep, and nothing outside", () => {
    const desk = shown({ rule: id, reason, owner, until });
    expect(stateOf(desk, inside)).toBe("exempted");
    expect(stateOf(desk, { ...bare, urn: "urn:deep" })).toBe("exempted");
    expect(stateOf(desk, bare)).toBe("violated");
  });

  test("with a resource reaches only those of such a name", () => {
    const desk = shown({ rule: id, resource: "da*", reason, owner, until });
    expect(stateOf(desk, inside)).toBe("exempted");
    expect(stateOf(desk, { ...inside, name: "other" })).toBe("violated");
  });

  test("that ended, is idle, or names no rule is found on the component", () => {
    const [ended, idle, unknown] = [{ until: "2026-11-01" }, { rule: "FLY-VOL-02" }, { rule: "FLY-VOL-99" }];
    const desk = shown(...[ended, idle, unknown].map((each) => ({ rule: id, reason, owner, until, ...each })));
    const found = desk.standing(rules, ids);
    expect(found.map(({ urn }) => urn)).toEqual(["urn:shop", "urn:shop", "urn:shop"]);
    expect(found.map(({ level, message }) => `${level} ${message}`)).toEqual([
      expect.stringMatching(
        /^mandatory .*exempt\[0\] of ProductionApp shop: the exemption of FLY-VOL-01 ended on 2026-11-01/,
      ),
      expect.stringMatching(/^advisory .*exempt\[1\] .* meets nothing/),
      expect.stringMatching(/^mandatory .*exempt\[2\] .* names no rule there is/),
    ]);
  });

  test.each([
    ["a day too far", { until: "2027-05-23" }],
    ["a short reason", { reason: "no" }],
    ["no owner", { owner: undefined }],
    ["a number", { rule: 3 }],
  ])("with %s exempts nothing, whoever let it through", (_, wrong) => {
    expect(stateOf(shown({ rule: id, reason, owner, until, ...wrong }), inside)).toBe("violated");
  });

  test("of another package's component is not ours to read", () => {
    const { desk } = deskWith([]);
    desk.exemptions.note({
      ...shop([{ rule: id, reason, owner, until }]),
      type: "other:index:Thing",
      parent: undefined,
    });
    desk.exemptions.note({ ...inside, parent: "urn:shop" });
    expect(stateOf(desk, inside)).toBe("violated");
  });

  test("is asked once a resource, however many rules show it again", () => {
    const desk = shown({ rule: id, reason, owner, until });
    stateOf(desk, inside);
    desk.exemptions.note({ ...shop([{ rule: id, reason, owner, until }]), parent: "urn:stack" });
    desk.exemptions.note({ ...group(), parent: "urn:shop" });
    expect(standing(desk)).toEqual([]);
  });
});
