import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { afterEach, describe, expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { anotherRun, leased } from "../../support/cancel.ts";
import { halfMade, type State } from "../../support/engine.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { control, happen, journalEnd, mutations, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
let count = 0;

afterEach(() => {
  local.fly.hooks.before = undefined;
});

const args = (app: string, image: string, deploy: Properties = {}) =>
  groupArgs(app, { deploy }, { image: `registry.fly.io/shop:${image}` });

async function deploy(deploy: Properties = {}): Promise<{ app: string; state: State; ids: string[] }> {
  const app = `lease-${++count}`;
  await local.engine.create("App", app, { name: app });
  const state = await local.engine.create("ProcessGroup", "web", args(app, "0", deploy));
  return { app, state, ids: state.outputs["machineIds"] as string[] };
}

const images = async (app: string) =>
  (await machinesOf(local, app)).map(({ config }) => config.image.split(":").at(-1));
const path = (app: string, id = "") => `/v1/apps/${app}/machines/${id}/lease`;
const hold = async (app: string, id: string | undefined, description: string, ttl = 600) =>
  ((await send(local.fly, "POST", path(app, id), { ttl, description })) as { data: { nonce: string } }).data.nonce;
const giveBack = (app: string, id: string | undefined, nonce: string) =>
  fetch(local.fly.url + path(app, id), {
    method: "DELETE",
    headers: { authorization: `Bearer ${local.fly.token}`, "fly-machine-lease-nonce": nonce },
  });

/** What a run of this stack on this machine, dead by now, called itself. */
async function deadRun(): Promise<string> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return `airworthy shop/dev by ann@${hostname()} (pid ${child.pid})`;
}

describe("a lease held by a person", () => {
  test("fails the up before anything is changed, with who holds what until when, and what to do", async () => {
    const { app, state, ids } = await deploy();
    await hold(app, ids[1], "bob is looking into it");
    const since = await journalEnd(local.fly);
    const update = local.engine.update(state, args(app, "1", { waitTimeout: "1s" }));
    const half = halfMade(await update.catch((error) => error));
    expect(half.reasons[0]).toMatch(
      new RegExp(
        `machine ${ids[1]} of app "${app}".*bob is looking into it.*until 20\\d\\d-.*Z.*fly machine leases clear ${ids[1]}`,
      ),
    );
    expect(half.outputs["machineIds"]).toEqual(ids);
    expect(await images(app)).toEqual(["0", "0", "0"]);
    const changes = await mutations(local.fly, since);
    expect(changes.filter((operation) => !/lease|Releases/.test(operation))).toEqual([]);
    expect(await leased(local, app)).toEqual([`${ids[1]}: bob is looking into it`]);
    await control(local.fly, "POST", "clock", { advanceMs: 600_000 });
    await local.engine.update({ ...state, outputs: half.outputs }, args(app, "1"), true);
    expect(await images(app)).toEqual(["1", "1", "1"]);
  });

  test("that is given back during the wait lets the up go through", async () => {
    const { app, state, ids } = await deploy();
    const nonce = await hold(app, ids[0], "bob");
    let looks = 0;
    local.fly.hooks.before = async ({ operation }) => {
      if (operation === "Machines_show_lease" && ++looks === 3) await giveBack(app, ids[0], nonce);
      return undefined;
    };
    await local.engine.update(state, args(app, "1"));
    expect(await images(app)).toEqual(["1", "1", "1"]);
    expect(await leased(local, app)).toEqual([]);
  });

  test("who destroys the machine during the wait leaves a state that names the machines there are", async () => {
    const { app, state, ids } = await deploy();
    const nonce = await hold(app, ids[0], "bob");
    let looks = 0;
    local.fly.hooks.before = async ({ operation }) => {
      if (operation !== "Machines_show_lease" || ++looks !== 3) return undefined;
      const headers = { authorization: `Bearer ${local.fly.token}`, "fly-machine-lease-nonce": nonce };
      await fetch(`${local.fly.url}/v1/apps/${app}/machines/${ids[0]}?force=true`, { method: "DELETE", headers });
      return undefined;
    };
    const updated = await local.engine.update(state, args(app, "1"));
    const there = (await machinesOf(local, app)).map(({ id }) => id);
    expect([...(updated.outputs["machineIds"] as string[])].sort()).toEqual(there.sort());
    expect(there).not.toContain(ids[0]);
  });

  test("is not waited for when the time of the up is over", async () => {
    const { app, state, ids } = await deploy();
    await hold(app, ids[0], "bob");
    const update = local.engine.update(state, args(app, "1"), false, 1);
    const half = halfMade(await update.catch((error) => error));
    expect(half.reasons[0]).toMatch(/customTimeouts/);
    expect(await leased(local, app)).toEqual([`${ids[0]}: bob`]);
  });

  test("on a machine that is to go keeps it", async () => {
    const { app, state, ids } = await deploy();
    await hold(app, ids[2], "bob");
    const fewer = { ...args(app, "0", { waitTimeout: "1s" }), slots: [{ name: "iad-0", region: "iad" }] };
    await expect(local.engine.update(state, fewer)).rejects.toThrow(/bob/);
    expect((await machinesOf(local, app)).map(({ id }) => id)).toContain(ids[2]);
  });
});

describe("what a dead run of the stack holds", () => {
  test("is taken over and given back, also where nothing is to be changed any more", async () => {
    const { app, state, ids } = await deploy();
    const run = await deadRun();
    for (const id of ids) await hold(app, id, run);
    await (await anotherRun(local)).update(state, args(app, "0"), true);
    expect(await leased(local, app)).toEqual([]);
  });

  test("does not keep the next up from its change", async () => {
    const { app, state, ids } = await deploy();
    const run = await deadRun();
    for (const id of ids) await hold(app, id, run);
    await (await anotherRun(local)).update(state, args(app, "1", { waitTimeout: "1s" }));
    expect(await images(app)).toEqual(["1", "1", "1"]);
    expect(await leased(local, app)).toEqual([]);
  });

  test("does not keep a destroy from its machines", async () => {
    const { app, state, ids } = await deploy();
    const run = await deadRun();
    for (const id of ids) await hold(app, id, run);
    await (await anotherRun(local)).remove(state);
    expect(await machinesOf(local, app)).toEqual([]);
  });

  test("on a machine by itself is gone after the next up, and keeps no destroy", async () => {
    const app = `lease-${++count}`;
    await local.engine.create("App", app, { name: app });
    const own = { app, name: "report", region: "iad", config: { image: "registry.fly.io/shop:1" } };
    const state = await local.engine.create("Machine", "report", own);
    const id = String(state.outputs["machineId"]);
    await hold(app, id, await deadRun());
    await (await anotherRun(local)).update(state, own, true);
    expect(await leased(local, app)).toEqual([]);
    await hold(app, id, await deadRun());
    await (await anotherRun(local)).remove(state);
    expect(await machinesOf(local, app)).toEqual([]);
  });
});

test("customTimeouts end a rollout that waits for checks: it says what exists and holds nothing", async () => {
  const { app, state, ids } = await deploy();
  await happen(local.fly, { kind: "failing-image", image: "registry.fly.io/shop:never" });
  const half = halfMade(await local.engine.update(state, args(app, "never"), false, 1).catch((error) => error));
  expect(half.reasons[0]).toMatch(/customTimeouts/);
  expect(half.outputs["machineIds"]).toEqual(ids);
  expect(await leased(local, app)).toEqual([]);
  await local.engine.update({ ...state, outputs: half.outputs }, args(app, "1"), true);
  expect(await images(app)).toEqual(["1", "1", "1"]);
});
