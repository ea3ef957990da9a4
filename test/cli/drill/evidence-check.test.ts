import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Evidence } from "../../../cli/drill/evidence.ts";
import { checks } from "../../../cli/readiness/catalogue.ts";
import type { Subject } from "../../../cli/readiness/check.ts";
import { subjectOf } from "../../../cli/readiness/subject.ts";
import { type Emulator, startEmulator } from "../../../emulator/index.ts";
import { checkedRules } from "../../../policies/catalogue.ts";
import { send } from "../../support/local-fly.ts";

const now = new Date("2026-11-23T12:00:00Z");
const daysAgo = (days: number) => new Date(now.getTime() - days * 86_400_000).toISOString();

const evidence = (drill: Evidence["drill"], days: number, more: Partial<Evidence> = {}): Evidence => ({
  ...{
    drill,
    app: "shop",
    at: daysAgo(days),
    result: "passed",
    durationMs: 1234,
    detail: "as it should be",
    by: "ana@laptop",
  },
  ...more,
});

let fly: Emulator;
beforeAll(async () => {
  fly = await startEmulator();
});
afterAll(() => fly.close());
beforeEach(async () => {
  fly.world.reset();
  await send(fly, "POST", "/v1/apps", { name: "shop", org_slug: "local" });
});

const kinds = checkedRules.filter(({ kind }) => kind === "evidence").map(({ drill, slug }) => [drill, slug] as const);

/** What the check of a drill says of these apps, given this evidence. */
async function judged(drill: Evidence["drill"] | undefined, all: Evidence[], apps = ["shop"]) {
  const check = checks.find(({ rule }) => rule.drill === drill);
  if (check === undefined) throw new Error(`no check of ${drill}`);
  const options = { token: fly.token, flapsUrl: fly.url, apiUrl: fly.url, environment: {}, apps, now };
  const subject = await subjectOf({ ...options, evidence: () => all });
  try {
    return await check.judge(subject satisfies Subject, AbortSignal.timeout(10_000));
  } finally {
    await subject[Symbol.asyncDispose]();
  }
}

/** Something to drill of everything: a volume, a machine of Fly's Postgres. */
async function everything(): Promise<void> {
  await send(fly, "POST", "/v1/apps/shop/volumes", { name: "data", region: "iad", size_gb: 1 });
  const config = { image: "flyio/postgres-flex:17" };
  await send(fly, "POST", "/v1/apps/shop/machines", { region: "iad", config });
}

test("each rule of kind evidence has a drill, and each drill one check", () => {
  expect(kinds.map(([drill]) => drill).sort()).toEqual([
    "failover",
    "image",
    "restore",
    "rollback",
    "rotation",
    "scan",
    "sigterm",
  ]);
});

describe.each(kinds)("evidence of %s", (drill) => {
  if (drill === undefined) throw new Error("a rule of kind evidence without its drill");

  test("that passed counts, and the line says when, of what, how long and for how long", async () => {
    const verdict = await judged(drill, [evidence(drill, 10, { release: "sha256:0123456789abcdef0123" })]);
    expect(verdict).toEqual({
      status: "PASS",
      detail: "shop: passed on 2026-11-13 (sha256:0123456789ab, 1.2 s), counts for 80 more days",
    });
  });

  test("that is 90 days old counts for the last time, and a moment later no more", async () => {
    await everything();
    expect(await judged(drill, [evidence(drill, 90)])).toMatchObject({ status: "PASS" });
    const over = await judged(drill, [evidence(drill, 90.001)]);
    expect(over).toMatchObject({
      status: "FAIL",
      detail: expect.stringMatching(/which is over 90 days ago\. Do it again: `airworthy /),
    });
  });

  test("that failed is not ready, though an older one passed", async () => {
    await everything();
    const failed = evidence(drill, 1, { result: "failed", detail: "it went wrong" });
    const verdict = await judged(drill, [failed, evidence(drill, 2)]);
    expect(verdict).toMatchObject({
      status: "FAIL",
      detail: expect.stringMatching(/failed on 2026-11-22 \(1\.2 s\): it went wrong\. Mend it, then `airworthy /),
    });
  });

  test("that is not there is a warning with the command", async () => {
    await everything();
    const verdict = await judged(drill, [evidence(drill === "scan" ? "image" : "scan", 1)]);
    expect(verdict).toMatchObject({
      status: "WARN",
      detail: expect.stringMatching(/^shop: never done: `airworthy (drill |scan)/),
    });
  });

  test("of another app does not count, and of all the project does", async () => {
    await everything();
    expect(await judged(drill, [evidence(drill, 1, { app: "blog" })])).toMatchObject({ status: "WARN" });
    expect(await judged(drill, [evidence(drill, 1, { app: "*" })])).toMatchObject({ status: "PASS" });
  });

  test("dated in the future does not count", async () => {
    await everything();
    expect(await judged(drill, [evidence(drill, -2)])).toMatchObject({
      status: "FAIL",
      detail: expect.stringContaining("which is not yet"),
    });
  });

  test("of two apps is as good as that of the worse", async () => {
    await everything();
    await send(fly, "POST", "/v1/apps", { name: "blog", org_slug: "local" });
    const both = [evidence(drill, 1), evidence(drill, 2, { app: "blog", result: "failed" })];
    const verdict = await judged(drill, both, ["shop", "blog"]);
    // An app without anything to drill has nothing that could fail.
    const hasNothing = drill === "restore" || drill === "failover";
    expect(verdict.status).toBe(hasNothing ? "PASS" : "FAIL");
  });
});

test("where there is nothing to restore or to fail over, there is nothing to drill", async () => {
  expect(await judged("restore", [])).toMatchObject({ status: "SKIP", detail: "no volumes, so nothing to restore" });
  expect(await judged("failover", [])).toMatchObject({
    status: "SKIP",
    detail: expect.stringContaining("no Postgres among the apps' machines"),
  });
});
