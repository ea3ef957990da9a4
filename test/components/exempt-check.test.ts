import { expect, test } from "vitest";
import { PostgresCluster, ProductionApp } from "../../components/index.ts";
import { postgresMistakesOf } from "../../components/postgres-check.ts";
import { app, eachSays, type Loose, regions } from "./mistake.ts";
import { run } from "./program.ts";

const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
const excuse = { rule: "FLY-OBS-01", reason: "Logs move to Loki with the next release", owner: "ana", until: day(30) };
const exempt = (changes: Loose) => app({ exempt: [excuse, { ...excuse, ...changes }] });

eachSays({
  exempt: [
    [app({ exempt: "FLY-OBS-01" }), 'exempt is "FLY-OBS-01"; give a list, such as [{ rule: "FLY-OBS-01"'],
    [app({ exempt: ["FLY-OBS-01"] }), 'exempt[0] is "FLY-OBS-01"; give an object with rule, resource, reason'],
    [exempt({ rules: "FLY-OBS-01" }), "exempt[1].rules is not an argument; did you mean rule?"],
    [exempt({ rule: "logs-shipped" }), 'exempt[1].rule is "logs-shipped"; give the id of a rule, such as "FLY-OBS-01"'],
    [exempt({ resource: "" }), 'exempt[1].resource is ""; give the name of a resource in the program, with * for any'],
    [exempt({ reason: "only threewords" }), 'exempt[1].reason is "only threewords"; give why it may wait, in 15'],
    [exempt({ owner: undefined }), "exempt[1].owner is missing; give who sees to it"],
    [exempt({ until: new Date(0) }), 'exempt[1].until is "1970-01-01T00:00:00.000Z"; give a day as text, its last day'],
    [exempt({ until: "2026-02-30" }), 'exempt[1].until is "2026-02-30"; give a day as text'],
    [exempt({ until: day(181) }), `exempt[1].until is "${day(181)}"; give a day as text, its last day, ${day(180)} at`],
  ],
});

test("four short words will do, and so will today, the last day there is, and a day that has passed", () => {
  for (const changes of [
    { reason: "it is too early" },
    { until: day(0) },
    { until: day(180) },
    { until: "2026-01-01" },
  ]) {
    expect(exempt(changes)).toEqual([]);
  }
});

test("a cluster says the same of its exempt", () => {
  const args = { kind: "managed", region: "iad", plan: "basic", diskSizeGb: 20 } as const;
  expect(postgresMistakesOf({ ...args, exempt: [excuse] })).toEqual([]);
  expect(postgresMistakesOf({ ...args, exempt: [{ ...excuse, owner: "" }] })).toEqual([
    'exempt[0].owner is ""; give who sees to it',
  ]);
});

test("both components show the pack what they exempt before they make anything, and pass it on to no resource", async () => {
  const registered = await run(() => {
    new ProductionApp("shop", { image: "shop@sha256:0", groups: { web: { regions } }, exempt: [excuse] });
    new PostgresCluster("db", { kind: "managed", region: "iad", plan: "basic", diskSizeGb: 20, exempt: [excuse] });
  });
  const exempting = registered.filter(({ inputs }) => "exempt" in inputs);
  expect(exempting.map(({ type }) => type.split(":").at(-1)).sort()).toEqual(["PostgresCluster", "ProductionApp"]);
  for (const { inputs, outputs } of exempting)
    expect([inputs["exempt"], outputs?.["exempt"]]).toEqual([[excuse], [excuse]]);
});
