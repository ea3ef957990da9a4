import { expect, test } from "vitest";
import { lift, type Properties } from "../../../provider/value.ts";
import { Engine, halfMade, type State, secret } from "../../support/engine.ts";
import { withEngineLog } from "../../support/engine-log.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { arm, happen, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const log = withEngineLog();
let count = 0;
let app = "";

/** A run of its own, so that what is said once is said in it. */
const run = (more: Properties = {}) =>
  Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token), ...more }, { log: log.address });
const args = (letter: string, more: Properties = {}, config: Properties = {}) =>
  groupArgs(app, more, { image: `registry.fly.io/shop:${letter}`, ...config });

async function deploy(engine: Engine, more: Properties = {}): Promise<State> {
  app = `release-${++count}`;
  await engine.create("App", app, { name: app });
  return await engine.create("ProcessGroup", "web", args("a", more));
}

interface Line {
  id: string;
  version: number;
  status: string;
  strategy: string;
  image_ref: string;
}

/** Fly's book, as `fly releases` shows it. */
const book = async () =>
  ((await send(local.fly, "GET", `/api/v1/apps/${app}/releases`)) as { releases: Line[] }).releases;
const statuses = async () => (await book()).map(({ version, status }) => `${version} ${status}`);
const versions = async () =>
  (await machinesOf(local, app)).map(({ config: { metadata } }) => metadata["fly_release_version"] ?? "none");
const kept = (state: State) => lift(state.outputs).value["releases"] as Properties[];
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error) => error,
  );

test("each rollout is a line in Fly's book, and the machines have its number", async () => {
  const engine = await run();
  const state = await deploy(engine);
  expect(await book()).toMatchObject([
    { version: 1, status: "complete", strategy: "ROLLING", image_ref: "registry.fly.io/shop:a" },
  ]);
  await engine.update(state, args("b"));
  const [latest, ...earlier] = await book();
  expect(latest).toMatchObject({ version: 2, status: "complete", image_ref: "registry.fly.io/shop:b" });
  expect(earlier).toHaveLength(1);
  const labels = (await machinesOf(local, app)).map(({ config }) => config.metadata);
  expect(labels).toEqual(
    Array(3).fill(expect.objectContaining({ fly_release_id: latest?.id, fly_release_version: "2" })),
  );
  expect(log.warnings).toEqual([]);
});

test("what changes no config is no release, in Fly's book or in ours", async () => {
  const engine = await run();
  const state = await deploy(engine);
  const slots = [...(args("a")["slots"] as Properties[]), { name: "syd-0", region: "syd" }];
  const scaled = await engine.update(state, args("a", { slots }));
  expect(await statuses()).toEqual(["1 complete"]);
  expect(kept(scaled)).toEqual([{ ...kept(state)[0] }]);
});

test("the book counts the app's releases, the state the group's", async () => {
  const engine = await run();
  await deploy(engine);
  const worker = await engine.create("ProcessGroup", "worker", args("w", { name: "worker" }));
  expect(worker.outputs["release"]).toMatchObject({ version: 1 });
  expect(await statuses()).toEqual(["2 complete", "1 complete"]);
});

test.each([
  ["a token that may not", { kind: "status", status: 403, body: { error: "unauthorized" } }, ["1 complete"]],
  ["a refusal", { kind: "status", status: 422, body: { error: "no" } }, ["1 complete"]],
  ["a Fly that fails", { kind: "status", status: 500, body: { error: "oops" } }, ["1 complete"]],
  ["a connection that breaks", { kind: "refuse" }, ["1 complete"]],
  ["a lost answer", { kind: "lose-response" }, ["2 pending", "1 complete"]],
])("%s to the book is one warning, and the rollout goes on without a number", async (_, fault, lines) => {
  const state = await deploy(await run());
  const engine = await run();
  await arm(local.fly, "Releases_create", fault);
  const updated = await engine.update(state, args("b"));
  expect(updated.outputs["release"]).toMatchObject({ version: 2 });
  expect(await statuses()).toEqual(lines);
  expect(await versions()).toEqual(["none", "none", "none"]);
  expect(log.warnings).toEqual([
    expect.stringMatching(`^Fly's own book of releases is not complete, so \`fly releases -a ${app}\` does not show`),
  ]);
});

test("an answer lost while the end is written leaves the number, and no second line", async () => {
  const engine = await run();
  const state = await deploy(engine);
  await arm(local.fly, "Releases_update", { kind: "lose-response", skip: 1 });
  await engine.update(state, args("b"));
  expect(await statuses()).toEqual(["2 complete", "1 complete"]);
  expect(await versions()).toEqual(["2", "2", "2"]);
  expect(log.warnings).toEqual([]);
});

test("a rollout that fails is failed in the book, and skips no number in the state", async () => {
  const engine = await run();
  const state = await deploy(engine);
  await happen(local.fly, { kind: "failing-image", image: "registry.fly.io/shop:bad" });
  const short = { deploy: { waitTimeout: "2s" } };
  const half = halfMade(await failure(engine.update(state, args("bad", short))));
  expect(await statuses()).toEqual(["2 failed", "1 complete"]);
  const next = await engine.update({ ...state, outputs: half.outputs }, args("c"), true);
  expect(next.outputs["release"]).toMatchObject({ version: 2, image: "registry.fly.io/shop:c" });
  expect(await statuses()).toEqual(["3 complete", "2 failed", "1 complete"]);
});

test("a rollout that is cancelled is interrupted in the book", async () => {
  const state = await deploy(await run());
  await happen(local.fly, { kind: "failing-image", image: "registry.fly.io/shop:slow" });
  const engine = await run();
  const update = failure(engine.update(state, args("slow")));
  while ((await statuses())[0] !== "2 running") await new Promise((resolve) => setImmediate(resolve));
  for (;;) if ((await machinesOf(local, app)).some(({ config }) => config.image.endsWith("slow"))) break;
  await engine.cancel();
  halfMade(await update);
  expect(await statuses()).toEqual(["2 interrupted", "1 complete"]);
});

test("a release knows when and how it was made, and the image that its tag stood for, which a pin brings back", async () => {
  const engine = await run();
  const state = await deploy(engine);
  const [first] = kept(state);
  expect(first).toMatchObject({ version: 1, strategy: "rolling", image: "registry.fly.io/shop:a" });
  expect(Date.parse(String(first?.["at"]))).toBeGreaterThan(Date.now() - 60_000);
  expect(first?.["imageDigest"]).toMatch(/^sha256:[0-9a-f]{64}$/);
  const second = await engine.update(state, args("b"));
  const held = await run({ pins: JSON.stringify({ [`${app}/web`]: 1 }) });
  const back = await held.update(second, args("b"));
  const exact = `registry.fly.io/shop:a@${first?.["imageDigest"]}`;
  expect((await machinesOf(local, app)).map(({ config }) => config.image)).toEqual([exact, exact, exact]);
  expect((await held.refresh(back))?.drift).toEqual({});
});

test("releases that an earlier version of this kept can be gone back to", async () => {
  const engine = await run();
  const state = await deploy(engine);
  const second = await engine.update(state, args("b"));
  const old = kept(second).map(({ version, config }) => ({ version, config }) as Properties);
  const before: State = { ...second, outputs: { ...second.outputs, releases: secret(old) } };
  const held = await run({ pins: JSON.stringify({ [`${app}/web`]: 1 }) });
  const back = await held.update(before, args("b"));
  expect(back.outputs["release"]).toMatchObject({ version: 3, image: "registry.fly.io/shop:a" });
  expect(kept(back)).toMatchObject([{ version: 3, ofRelease: 1 }, { version: 2 }, { version: 1 }]);
});

test("a release without a mount does not come back on slots that have volumes", async () => {
  const engine = await run();
  const state = await deploy(engine, { slots: [{ name: "iad-0", region: "iad" }] });
  const volume = await engine.create("Volume", "data", { app, name: "data", region: "iad", sizeGb: 1 });
  const slots = [{ name: "iad-0", region: "iad", volume: volume.id.split("/").at(-1) ?? "" }];
  const mounted = args("a", { slots }, { mounts: [{ path: "/data" }] });
  const second = await engine.update(state, mounted);
  const held = await run({ pins: JSON.stringify({ [`${app}/web`]: 1 }) });
  const error = (await failure(held.diff(second, mounted))) as { details?: string };
  expect(error.details).toMatch(/it had no mount, and the slots have volumes now. Change the program back instead/);
});
