import { expect, test } from "vitest";
import { hasUnknown, lift, type Properties, unknown } from "../../provider/value.ts";
import { halfMade, type State, secret } from "../support/engine.ts";
import { changeByHand, groupArgs, machinesOf } from "../support/group.ts";
import { arm, send, withLocalFly } from "../support/local-fly.ts";

// The engine keeps what it is given: each of these ways put a secret into a state file in clear, or broke a program.
const local = withLocalFly();
let count = 0;
let app = "";

async function newApp(): Promise<string> {
  app = `trap-${++count}`;
  await local.engine.create("App", app, { name: app });
  return app;
}

const planted = "planted-secret-value";

/** What a reader of the state file sees: everything but what is sealed. */
function inClear(value: unknown): string {
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const object = value as Record<string, unknown>;
  if ("4dabf18193072939515e22adb298388d" in object) return "[secret]";
  return Object.entries(object)
    .map(([key, item]) => `${key}: ${inClear(item)}`)
    .join("\n");
}

const pause = { deploy: { onFailure: "pause" } };
const secretGroup = (value: Properties[string]): Properties => ({
  ...groupArgs(app, pause, { env: { LOG_LEVEL: "info", PASSWORD: value } }),
  raw: { env: { RAW_PASSWORD: value }, init: { cmd: ["run", value] } },
});

/** Each part of a state, with and without the engine's drift text. */
const parts = (state: Pick<State, "inputs" | "outputs"> | undefined) => inClear([state?.inputs, state?.outputs]);

test("a secret in a group is in no answer in clear: not made, read, changed, half made or read after that", async () => {
  const { engine, fly } = local;
  await newApp();
  const state = await engine.create("ProcessGroup", "web", secretGroup(secret(planted)));
  const preview = await engine.create(
    "ProcessGroup",
    "other",
    { ...secretGroup(secret(planted)), name: "other" },
    true,
  );
  const updated = await engine.update(state, secretGroup(secret(`${planted}-2`)));
  await arm(fly, "Machines_update", { kind: "status", status: 422, skip: 1 });
  const error = await engine.update(updated, secretGroup(secret(`${planted}-3`))).catch((thrown) => thrown);
  const half = { ...updated, outputs: halfMade(error).outputs };
  const read = halfMade(await engine.refresh(half).catch((thrown) => thrown));
  for (const one of [state, preview, updated, half, { inputs: read.inputs ?? {}, outputs: read.outputs }]) {
    expect(parts(one)).not.toContain("planted");
    expect(lift(one.outputs).value["config"]).toHaveProperty("env.PASSWORD");
  }
});

test("a secret that a failed update added is sealed in what a refresh then finds", async () => {
  const { engine, fly } = local;
  await newApp();
  const state = await engine.create("ProcessGroup", "web", groupArgs(app));
  await arm(fly, "Machines_update", { kind: "status", status: 422, skip: 1 });
  const error = await engine.update(state, secretGroup(secret(planted))).catch((thrown) => thrown);
  // Once as the failure says it, once as a provider that was killed leaves it.
  for (const half of [{ ...state, outputs: halfMade(error).outputs }, state]) {
    const read = halfMade(await engine.refresh(half).catch((thrown) => thrown));
    expect(inClear([read.inputs, read.outputs])).not.toContain("planted");
  }
});

test("what somebody adds to the environment by hand may be secret, and is sealed; what is declared plainly is shown", async () => {
  const { engine } = local;
  await newApp();
  const state = await engine.create("ProcessGroup", "web", secretGroup(secret("unrelated-value")));
  for (const machine of await machinesOf(local, app)) {
    await changeByHand(local, app, machine, { BY_HAND: planted, RAW_PASSWORD: planted, LOG_LEVEL: "debug" });
  }
  const refreshed = await engine.refresh(state);
  expect(Object.keys(refreshed?.drift ?? {}).sort()).toEqual([
    "config.env.BY_HAND",
    "config.env.LOG_LEVEL",
    "config.env.RAW_PASSWORD",
  ]);
  expect(parts(refreshed)).not.toContain("planted");
  expect(parts(refreshed)).toContain('LOG_LEVEL: "debug"');
});

test("an error that Fly makes of a group's config is shown without its secrets", async () => {
  const { engine, fly } = local;
  await newApp();
  const body = { error: `invalid config: env PASSWORD=${planted}` };
  await arm(fly, "Machines_create", { kind: "status", status: 422, body, times: 3 });
  const error = await engine.create("ProcessGroup", "web", secretGroup(secret(planted))).catch((thrown) => thrown);
  expect(error.message).toContain("PASSWORD=[secret]");
  expect(error.message).not.toContain(planted);
});

test.each([
  [1, 2],
  [3, 3],
])("on %i machines, what was taken out of a list by hand is missing in the inputs", async (changed, left) => {
  const { engine, fly } = local;
  await newApp();
  const service = (internalPort: number) => ({ internalPort, protocol: "tcp" });
  const args = groupArgs(app, {}, { services: [1, 2, 3, 4].map(service) });
  const state = await engine.create("ProcessGroup", "web", args);
  for (const { id, config } of (await machinesOf(local, app)).slice(0, changed)) {
    const services = (config as unknown as { services: unknown[] }).services.slice(0, left);
    await send(fly, "POST", `/v1/apps/${app}/machines/${id}`, { config: { ...config, services } });
  }
  const refreshed = await engine.refresh(state);
  expect(refreshed?.inputs["config"]).toMatchObject({ services: [1, 2, 3].slice(0, left).map(service) });
  expect(Object.values(refreshed?.drift ?? {})).toEqual(Array.from({ length: 4 - left }, () => "ADD"));
});

test("names that users chose stand unchanged in drift that adds a whole map", async () => {
  const { engine } = local;
  await newApp();
  const { env: _, ...config } = groupArgs(app)["config"] as Properties;
  const state = await engine.create("ProcessGroup", "web", { ...groupArgs(app), config });
  const [first] = await machinesOf(local, app);
  if (first) await changeByHand(local, app, first, { some_name: "1" });
  const refreshed = await engine.refresh(state);
  expect(lift(refreshed?.inputs ?? {}).value["config"]).toMatchObject({ env: { some_name: "1" } });
});

const everything: [string, () => Properties][] = [
  ["App", () => ({ name: app })],
  ["Secrets", () => ({ app, values: { KEY: secret(planted) } })],
  ["IpAddress", () => ({ app, type: "v6" })],
  ["Volume", () => ({ app, name: "data", region: "iad", sizeGb: 3 })],
  ["ProcessGroup", () => groupArgs(app)],
  ["Machine", () => ({ app, name: "one", region: "iad", config: { image: "redis:7" } })],
  ["Certificate", () => ({ app, hostname: `${app}.example.com` })],
  [
    "DeployToken",
    () => ({ app, scope: "app", name: "x", expiresIn: "90d", rotateAfter: "30d", rotationTriggers: ["a"] }),
  ],
  [
    "ManagedPostgres",
    () => ({ name: app, region: "iad", plan: "basic", diskSizeGb: 10, version: "16", postgis: true }),
  ],
];

test.each(everything)(
  "%s: a preview with any one argument unknown answers, and knows no unknown but the engine's own string",
  async (type, args) => {
    await newApp();
    for (const name of Object.keys(args())) {
      const preview = await local.engine.create(type, "u", { ...args(), [name]: unknown }, true);
      expect(preview.outputs[name]).toBe(unknown);
      const others = Object.fromEntries(Object.entries(preview.outputs).filter(([key]) => key !== name));
      expect(hasUnknown(others)).toBe(false);
      // The sentinels of other types reach a program as ordinary strings.
      expect(JSON.stringify(preview.outputs)).not.toMatch(/1c4a061d-|3eeb2bf0-|6a19a0b0-|dd056dcd-/);
    }
  },
);

test.each(everything.slice(1))(
  "%s: a dependency that is to be replaced makes whole arguments unknown, which is an update and no replacement",
  async (type, args) => {
    await newApp();
    const state = await local.engine.create(type, "known", args());
    for (const name of Object.keys(args())) {
      expect(await local.engine.diff(state, { ...args(), [name]: unknown })).toEqual({ [name]: "UPDATE" });
    }
  },
);

test("the last secret can be taken out, and a Secrets with none sets none", async () => {
  const { engine, fly } = local;
  await newApp();
  const state = await engine.create("Secrets", "s", { app, values: { ONLY: planted } });
  const empty = await engine.update(state, { app, values: {} });
  expect(((await send(fly, "GET", `/v1/apps/${app}/secrets`)) as { secrets: unknown[] }).secrets).toEqual([]);
  expect((await engine.refresh(empty))?.drift).toEqual({});
  const none = await engine.create("Secrets", "none", { app, values: {} });
  expect(none.outputs).toMatchObject({ digests: {} });
  expect((await engine.refresh(none))?.drift).toEqual({});
  await engine.remove(none);
});

test("a secret changed by hand and changed back is drift no more", async () => {
  const { engine, fly } = local;
  await newApp();
  const state = await engine.create("Secrets", "s", { app, values: { KEY: planted } });
  await send(fly, "POST", `/v1/apps/${app}/secrets`, { values: { KEY: "by-hand-value" } });
  const drifted = (await engine.refresh(state)) ?? state;
  expect(parts(drifted)).not.toContain("by-hand");
  await send(fly, "POST", `/v1/apps/${app}/secrets`, { values: { KEY: planted } });
  const back = (await engine.refresh(drifted)) ?? drifted;
  const update = await engine.update(back, { app, values: { KEY: planted } });
  expect((await engine.refresh(update))?.drift).toEqual({});
});

test("a generated secret that gets another length is another value, and its neighbours stay", async () => {
  const { engine } = local;
  await newApp();
  const values = (length: number): Properties => ({ MADE: { generate: { length } }, KEPT: planted });
  const state = await engine.create("Secrets", "s", { app, values: values(32) });
  const longer = await engine.update(state, { app, values: values(64) });
  const [before, after] = [state, longer].map(({ outputs }) => outputs["digests"] as Record<string, string>);
  expect(after?.["MADE"]).not.toBe(before?.["MADE"]);
  expect(after?.["KEPT"]).toBe(before?.["KEPT"]);
});
