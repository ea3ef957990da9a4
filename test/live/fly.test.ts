// The resources on a real Fly account. NEVER RUN YET against Fly.io itself, as of 2026-11-23: only against the local Fly, by
// test/contract/live.test.ts, which proves the suite's own logic and that it clears up. How to run it: docs/go-live.md.
//
// A few cents: one app, two machines of the smallest size for some minutes, volumes of 1 and 2 GB, free addresses. Managed
// Postgres only with AIRWORTHY_LIVE_POSTGRES=1. No certificate: it needs a domain.

import { afterAll, beforeAll, expect, test } from "vitest";
import { appFind } from "../../fly/app.ts";
import { isFlyError } from "../../fly/errors.ts";
import { machineList } from "../../fly/machine.ts";
import { organisationsOf } from "../../fly/token.ts";
import type { Properties } from "../../provider/value.ts";
import { Engine, type State, secret } from "../support/engine.ts";
import { type Account, liveAccount } from "./account.ts";
import { clear, leftBefore } from "./clearance.ts";

const run = Date.now().toString(36);
const region = "iad";

let account: Account;
let engine: Engine;
let app = "";
/** What was made, in that order. */
const made = new Map<string, State>();

beforeAll(async () => {
  account = await liveAccount(process.env, run);
  const left = await leftBefore(account);
  if (left.length > 0) console.warn(`left by earlier runs, or of one going on: ${left.join(", ")}`);
  app = account.prefix;
  await beginRun();
});

/** A provider as the CLI starts one for each run; within a run it reads the same thing once. */
async function beginRun() {
  engine = await Engine.start({ token: secret(account.token), org: account.org }, { stack: `live-${run}` });
}

afterAll(async () => {
  if (account === undefined) return;
  const left = await clear(account);
  await account.fly.close();
  if (left.length > 0) throw new Error(`still there, and to be deleted by hand: ${left.join(", ")}`);
});

async function make(type: string, name: string, args: Properties): Promise<State> {
  const state = await engine.create(type, name, args);
  made.set(name, state);
  return state;
}

const known = (name: string) => {
  const state = made.get(name);
  if (state === undefined) throw new Error(`"${name}" was not made; the test before says why`);
  return state;
};

async function change(name: string, args: Properties): Promise<State> {
  const state = await engine.update(known(name), args);
  made.set(name, state);
  return state;
}

const drift = async (name: string) => (await engine.refresh(known(name)))?.drift;

const volume = (more: Properties = {}) => ({ app, name: "data", region, sizeGb: 1, onDelete: "destroy", ...more });
const group = (more: Properties = {}, env: Properties = {}): Properties => ({
  app,
  name: "web",
  slots: [{ name: `${region}-0`, region }],
  config: {
    // Small, public, and answers on a port at once.
    image: "docker.io/library/nginx:1-alpine",
    guest: { cpus: 1, memoryMb: 256 },
    env: { GREETING: "hello", ...env },
    services: [
      {
        internalPort: 80,
        ports: [{ port: 443, handlers: ["tls", "http"] }],
        checks: [{ type: "http", path: "/", interval: "10s", timeout: "5s", gracePeriod: "10s" }],
      },
    ],
  },
  ...more,
});

test("an app is made, and what was made is what is read", async () => {
  const state = await make("App", "app", { name: app });
  expect(state).toMatchObject({ id: app, outputs: { hostname: `${app}.fly.dev`, orgSlug: account.org } });
  expect(await drift("app")).toEqual({});
});

test("the free addresses are made once, however often they are asked for", async () => {
  for (const type of ["v6", "shared_v4"]) {
    const first = await make("IpAddress", type, { app, type });
    expect((await engine.create("IpAddress", type, { app, type })).id).toBe(first.id);
    expect(await drift(type)).toEqual({});
  }
});

test("a volume is made, and grown in place", async () => {
  const { id } = await make("Volume", "data", volume());
  expect(await drift("data")).toEqual({});
  expect(await change("data", volume({ sizeGb: 2 }))).toMatchObject({ id, outputs: { actualSizeGb: 2 } });
  expect(await drift("data")).toEqual({});
});

test("secrets are set, and Fly's digests are read back", async () => {
  const state = await make("Secrets", "secrets", { app, values: { LIVE_KEY: "first" } });
  expect(Object.keys(state.outputs["digests"] as Properties)).toEqual(["LIVE_KEY"]);
  expect(await drift("secrets")).toEqual({});
});

test("a group comes up healthy, and a second up of the same changes nothing", async () => {
  const state = await make("ProcessGroup", "web", group());
  expect(state.outputs["machineIds"]).toHaveLength(1);
  expect(await drift("web")).toEqual({});
  expect(await engine.diff(state, group())).toEqual({});
});

test("a new environment and new secrets reach the machine, which stays the same one", async () => {
  const before = known("web").outputs["machineIds"];
  const { outputs } = await change("secrets", { app, values: { LIVE_KEY: "second" } });
  const minSecretsVersion = outputs["version"] ?? 0;
  const after = await change("web", group({ minSecretsVersion }, { GREETING: "good day" }));
  expect(after.outputs["machineIds"]).toEqual(before);
  expect(await drift("web")).toEqual({});
});

test("what is changed by hand is drift, and the next up mends it", async () => {
  const [machine] = (await machineList(account.fly, app)) ?? [];
  const config = { ...machine?.config, env: { GREETING: "by hand" } };
  await account.fly.send({
    operation: "Machines_update",
    does: "change a machine by hand",
    method: "POST",
    path: `/v1/apps/${app}/machines/${machine?.id}`,
    body: { config },
    repeat: "always",
  });
  await beginRun();
  const refreshed = await engine.refresh(known("web"));
  expect(Object.keys(refreshed?.drift ?? {}).join()).toContain("GREETING");
  made.set("web", refreshed ?? known("web"));
  const { minSecretsVersion } = known("web").inputs;
  await change("web", group({ minSecretsVersion: minSecretsVersion ?? 0 }, { GREETING: "good day" }));
  expect(await drift("web")).toEqual({});
});

test("a deploy token is accepted until it is removed, and then by nobody", async () => {
  const state = await make("DeployToken", "token", { app, name: `${app} live`, expiresIn: "1h" });
  const { value } = state.outputs["token"] as { value: string };
  const holder = account.fly.withToken(value);
  try {
    expect(await organisationsOf(holder)).toEqual([account.org]);
    await engine.remove(state);
    made.delete("token");
    const refused = await organisationsOf(holder).catch((error: unknown) => error);
    expect(isFlyError(refused, "unauthorized")).toBe(true);
  } finally {
    await holder.close();
  }
});

if (process.env["AIRWORTHY_LIVE_POSTGRES"] === "1") {
  test("a Managed Postgres becomes ready, with a standby", async () => {
    const args = { name: app, region, plan: "basic", diskSizeGb: 10 };
    const state = await make("ManagedPostgres", "db", args);
    expect(state.outputs["standbys"]).toBe(1);
    expect(await drift("db")).toEqual({});
  });
}

test("everything is removed, and is gone when it is read", async () => {
  for (const [name, state] of [...made].reverse()) {
    await engine.remove(state);
    made.delete(name);
  }
  expect(await appFind(account.fly, app)).toBeUndefined();
});
