import { beforeEach, expect, test } from "vitest";
import { lift, type Properties } from "../../../provider/value.ts";
import { CheckFailed, Engine, halfMade, type State, secret } from "../../support/engine.ts";
import { withEngineLog } from "../../support/engine-log.ts";
import { changeByHand, groupArgs, machinesOf } from "../../support/group.ts";
import { happen, journalEnd, mutations, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const log = withEngineLog();
let count = 0;
let app = "";
let state: State;

const image = (number: number) => `registry.fly.io/shop@sha256:${String(number).repeat(64)}`;
/** What the program says at its n-th version: another image, another value, and a variable of its own. */
const version = (number: number, more: Properties = {}): Properties =>
  groupArgs(app, more, { image: image(number), env: { LEVEL: `value-${number}`, [`ONLY_${number}`]: "x" } });

/** A provider of a stack whose configuration holds groups. */
const pinned = (pins: unknown) =>
  Engine.start(
    { flapsUrl: local.fly.url, token: secret(local.fly.token), pins: JSON.stringify(pins) },
    { log: log.address },
  );
const held = (number: number) => pinned({ [`${app}/web`]: number });

const live = async () =>
  (await machinesOf(local, app)).map(({ config: { image, env } }) => ({
    image,
    env: Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("FLY_"))),
  }));
const runs = (number: number) =>
  Array(3).fill({ image: image(number), env: { LEVEL: `value-${number}`, [`ONLY_${number}`]: "x" } });
const releases = (one: State) => lift(one.outputs).value["releases"] as Properties[];
const error = (promise: Promise<unknown>): Promise<{ details?: string }> =>
  promise.then(
    () => ({}),
    (caught) => caught,
  );

beforeEach(async () => {
  app = `pin-${++count}`;
  await local.engine.create("App", app, { name: app });
  state = await local.engine.create("ProcessGroup", "web", version(1));
  for (const number of [2, 3]) state = await local.engine.update(state, version(number));
});

test("a pin brings image and config of that release back, as a release of its own", async () => {
  const engine = await held(1);
  expect(await engine.diff(state, version(3))).toEqual({ pin: "ADD" });
  const back = await engine.update(state, version(3));
  expect(await live()).toEqual(runs(1));
  expect(back.inputs["pin"]).toBe(1);
  expect(back.outputs["release"]).toMatchObject({ version: 4, image: image(1) });
  expect(releases(back)[0]).toMatchObject({ version: 4, ofRelease: 1 });
});

test("each check of a group that is held says so, and a new pin says what it changes without a secret", async () => {
  const engine = await held(2);
  await engine.diff(state, version(3));
  expect(log.warnings).toEqual([
    `group web of app ${app} is held at release 2 by airworthy:pins: what the program says of image and config waits until \`airworthy rollback --lift\``,
    `group web of app ${app} is brought to release 2: config.image becomes ${image(2)}, from ${image(3)}; what it was then becomes of config.env.LEVEL, config.env.ONLY_3, config.env.ONLY_2`,
  ]);
  expect(log.warnings.join()).not.toContain("value-");
});

test("held, a second up is empty, and one of a program with another image changes nothing", async () => {
  const engine = await held(1);
  const back = await engine.update(state, version(3));
  const since = await journalEnd(local.fly);
  expect(await engine.diff(back, version(3))).toEqual({});
  expect(await engine.diff(back, version(7))).toEqual({});
  expect(await engine.update(back, version(7), true)).toMatchObject({ outputs: { release: { version: 4 } } });
  expect(await mutations(local.fly, since)).toEqual([]);
  expect(await live()).toEqual(runs(1));
});

test("held, a refresh shows no drift, but shows what somebody changes by hand, and up mends that", async () => {
  const engine = await held(1);
  const back = await engine.update(state, version(3));
  const refreshed = await engine.refresh(back);
  expect(refreshed?.drift).toEqual({});
  expect(refreshed?.inputs["config"]).toEqual(back.inputs["config"]);
  expect(await engine.diff(refreshed ?? back, version(3))).toEqual({});
  const [first] = await machinesOf(local, app);
  if (first) await changeByHand(local, app, first, { LEVEL: "by hand" });
  // Another run: one asks Fly each question once.
  const next = await held(1);
  const changed = await next.refresh(refreshed ?? back);
  expect(changed?.drift).toEqual({ "config.env.LEVEL": "UPDATE" });
  await next.update(changed ?? back, version(3));
  expect(await live()).toEqual(runs(1));
});

test("slots, deploy and secrets of a group that is held are still the program's", async () => {
  const engine = await held(1);
  const back = await engine.update(state, version(3));
  const slots = [...(version(3)["slots"] as Properties[]), { name: "syd-0", region: "syd" }];
  expect(await engine.diff(back, version(3, { slots, minSecretsVersion: 1 }))).toEqual({
    "slots[3]": "ADD",
    minSecretsVersion: "ADD",
  });
  await engine.update(back, version(3, { slots }));
  expect(await live()).toEqual([...runs(1), ...runs(1).slice(0, 1)]);
});

test("lifted, the program's image and config come back by a normal rollout", async () => {
  const back = await (await held(1)).update(state, version(3));
  const found = await local.engine.diff(back, version(3));
  expect(found).toEqual({
    pin: "DELETE",
    "config.image": "UPDATE",
    "config.env.LEVEL": "UPDATE",
    "config.env.ONLY_1": "DELETE",
    "config.env.ONLY_3": "ADD",
  });
  const lifted = await local.engine.update(back, version(3));
  expect(await live()).toEqual(runs(3));
  expect(lifted.inputs["pin"]).toBeUndefined();
  expect(releases(lifted)[0]).toMatchObject({ version: 5 });
  expect(releases(lifted)[0]).not.toHaveProperty("ofRelease");
  expect(await local.engine.diff(lifted, version(3))).toEqual({});
});

test("a pin that moves to another release moves the group", async () => {
  const back = await (await held(1)).update(state, version(3));
  const engine = await held(2);
  expect(await engine.diff(back, version(3))).toEqual({ pin: "UPDATE" });
  await engine.update(back, version(3));
  expect(await live()).toEqual(runs(2));
});

test("a release that is not kept is refused at preview, with those that are", async () => {
  const { details } = await error((await held(9)).diff(state, version(3)));
  expect(details).toMatch(
    /hold group web of app pin-\d+ at release 9, as airworthy:pins says: the releases kept are 1, 2, 3\. Take one of them with `airworthy rollback`/,
  );
});

test("a group that is to be made anew has no release to be held at, which check says", async () => {
  const engine = await pinned({ [`${app}/other`]: 1 });
  const refused = await error(engine.check("ProcessGroup", "other", { ...version(1), name: "other" }));
  expect(refused).toBeInstanceOf(CheckFailed);
  expect(String(refused)).toMatch(/held at release 1 by airworthy:pins, but this stack is to make the group anew/);
});

test("a release that a pin names is kept, however many come after it", async () => {
  const engine = await held(1);
  const few = { deploy: { keepReleases: 2 } };
  let one = await engine.update(state, version(3, few));
  for (const KEY of ["a", "b", "c"]) {
    const { outputs } = await local.engine.create("Secrets", `s-${app}-${KEY}`, {
      app,
      values: { [KEY]: secret(KEY) },
    });
    one = await engine.update(one, version(3, { ...few, minSecretsVersion: outputs["version"] as number }));
  }
  expect(releases(one).map(({ version }) => version)).toEqual([7, 6, 1]);
});

test("no text of a release that came back stands in the state in plain, but its image", async () => {
  const back = await (await held(1)).update(state, version(3));
  const { secrets, value } = lift(back.outputs);
  expect(value["config"]).toMatchObject({ image: image(1), env: { LEVEL: "value-1" } });
  expect(JSON.stringify(back.outputs["config"])).toContain(image(1));
  expect(secrets).toContainEqual(["config", "env", "LEVEL"]);
  expect(secrets).toContainEqual(["config", "env", "ONLY_1"]);
});

test("what does not come up under a pin goes back to what ran, and the next up tries the pin again", async () => {
  for (const number of [8, 3]) state = await local.engine.update(state, version(number));
  await happen(local.fly, { kind: "failing-image", image: image(8) });
  const short = version(3, { deploy: { waitTimeout: "2s" } });
  const engine = await held(4);
  const half = halfMade(await error(engine.update(state, short)));
  expect(await live()).toEqual(runs(3));
  expect(half.outputs["config"]).toMatchObject({ image: image(3) });
  const inputs = await engine.check("ProcessGroup", "web", short, state.inputs);
  const after = { ...state, inputs, outputs: half.outputs };
  log.warnings.length = 0;
  const next = await held(4);
  expect(await next.diff(after, short)).toMatchObject({ "config.image": "UPDATE", "config.env.LEVEL": "UPDATE" });
  expect(log.warnings.at(-1)).toContain(`config.image becomes ${image(8)}, from ${image(3)}`);
  expect((await next.refresh(after))?.drift).toBeDefined();
});

test.each([
  ["5", /airworthy:pins must name groups/],
  ["[]", /airworthy:pins must name groups/],
  ["{", /airworthy:pins must name groups/],
  ['{"web":5}', /airworthy:pins\["web"\]: the name must be <app>\/<group>/],
  ['{"shop/web":"5"}', /airworthy:pins\["shop\/web"\]: must be the number of a release/],
  ['{"shop/web":0}', /airworthy:pins\["shop\/web"\]: must be the number of a release/],
])("airworthy:pins = %s is refused by CheckConfig", async (pins, why) => {
  const config = { flapsUrl: local.fly.url, token: secret(local.fly.token) };
  await expect(local.engine.checkConfig({ ...config, pins })).rejects.toThrow(why);
});

test("a program cannot say a pin itself", async () => {
  await expect(local.engine.check("ProcessGroup", "web", { ...version(3), pin: 1 })).rejects.toThrow(
    /pin: there is no/,
  );
});
