import { afterEach, describe, expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { anotherRun, leased } from "../../support/cancel.ts";
import { type Engine, halfMade, type State } from "../../support/engine.ts";
import { groupArgs, type Machine, machinesOf } from "../../support/group.ts";
import { send, withLocalFly } from "../../support/local-fly.ts";
import { startProcess } from "../../support/provider-process.ts";

const local = withLocalFly();
let count = 0;

afterEach(() => {
  local.fly.hooks.before = undefined;
  local.fly.hooks.after = undefined;
});

const args = (app: string, image: string, deploy: Properties = {}) =>
  groupArgs(app, { deploy }, { image: `registry.fly.io/shop:${image}` });

async function app(): Promise<string> {
  const name = `both-${++count}`;
  await local.engine.create("App", name, { name });
  return name;
}

/** Which image each update gave a machine, in order. */
function rolled(): string[] {
  const images: string[] = [];
  local.fly.hooks.after = ({ operation, path }) => {
    const machine = local.fly.world.machines.get(path.split("/")[5] ?? "");
    if (operation === "Machines_update" && machine) images.push(machine.config.image?.split(":").at(-1) ?? "");
    return undefined;
  };
  return images;
}

/** How often one image was followed by another. */
const turns = (images: string[]) => images.filter((image, index) => index > 0 && image !== images[index - 1]).length;

const settled = (work: Promise<State>[]) =>
  Promise.all(
    work.map((one) =>
      one.then(
        () => undefined,
        (error: Error) => error,
      ),
    ),
  );

/** Each is done, or was told that somebody else is at it. */
function expectTold(errors: (Error | undefined)[]) {
  for (const error of errors)
    if (error) expect(error.message).toMatch(/held by .+ until|somebody else has changed it/s);
  expect(errors).toContain(undefined);
}

async function expectWhole(name: string): Promise<string | undefined> {
  const machines = await machinesOf(local, name);
  expect(machines.map(({ config }) => config.metadata["airworthy_slot"]).toSorted()).toEqual([
    "iad-0",
    "lhr-0",
    "lhr-1",
  ]);
  const images = new Set(machines.map(({ config }) => config.image.split(":").at(-1)));
  expect(images.size).toBe(1);
  expect(await leased(local, name)).toEqual([]);
  return [...images][0];
}

describe("two ups of one stack", () => {
  test.each(["rolling", "bluegreen", "immediate", "canary"])("that update by %s never take turns", async (strategy) => {
    const name = await app();
    const state = await local.engine.create("ProcessGroup", "web", args(name, "0", { strategy }));
    const [ann, bob] = await Promise.all([startProcess(local.fly), startProcess(local.fly)]);
    const images = rolled();
    const work = (run: Engine, image: string) => run.update(state, args(name, image, { strategy }));
    expectTold(await settled([work(ann, "a"), work(bob, "b")]));
    expect(turns(images), images.join()).toBeLessThanOrEqual(1);
    const runs = await expectWhole(name);
    expect(["a", "b"]).toContain(runs);
  });

  test("that make the same group make each machine once", async () => {
    const name = await app();
    const [ann, bob] = await Promise.all([startProcess(local.fly), startProcess(local.fly)]);
    const both = await settled([ann, bob].map((run) => run.create("ProcessGroup", "web", args(name, "1"))));
    expect(both).toEqual([undefined, undefined]);
    await expectWhole(name);
  });

  test("that make it with different images: each machine is there once, and who came late is told", async () => {
    const name = await app();
    const [ann, bob] = await Promise.all([startProcess(local.fly), startProcess(local.fly)]);
    const errors = await settled([
      ann.create("ProcessGroup", "web", args(name, "a")),
      bob.create("ProcessGroup", "web", args(name, "b")),
    ]);
    for (const error of errors) if (error) expect(error.message).toMatch(/somebody else has/);
    expect(await machinesOf(local, name)).toHaveLength(3);
    expect(await leased(local, name)).toEqual([]);
  });
});

/** What `fly deploy` does: all leases first, for 13 s each, waiting for those that somebody has; then one after the other. */
async function flyDeploy(name: string, image: string): Promise<void> {
  const machines = await machinesOf(local, name);
  const nonces = new Map<string, string>();
  for (const { id } of machines) nonces.set(id, await leaseOf(name, id));
  for (const { id, config } of machines) {
    await withNonce("POST", `/v1/apps/${name}/machines/${id}`, nonces.get(id), {
      config: { ...config, image: `registry.fly.io/shop:${image}` },
    });
    await send(local.fly, "GET", `/v1/apps/${name}/machines/${id}/wait?state=started`);
  }
  for (const { id } of machines) await withNonce("DELETE", `/v1/apps/${name}/machines/${id}/lease`, nonces.get(id));
}

async function leaseOf(name: string, id: string): Promise<string> {
  for (;;) {
    const answer = await withNonce("POST", `/v1/apps/${name}/machines/${id}/lease?ttl=13`, undefined, {});
    if (answer.ok) return ((await answer.json()) as { data: { nonce: string } }).data.nonce;
    expect(answer.status).toBe(409);
  }
}

const withNonce = (method: string, path: string, nonce: string | undefined, body?: object) =>
  fetch(local.fly.url + path, {
    method,
    headers: {
      authorization: `Bearer ${local.fly.token}`,
      "content-type": "application/json",
      ...(nonce && { "fly-machine-lease-nonce": nonce }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });

/** Does something once, when the nth call of an operation comes. */
function at(operation: string, nth: number, act: () => unknown) {
  let seen = 0;
  local.fly.hooks.before = async (call) => {
    if (call.operation === operation && ++seen === nth) await act();
    return undefined;
  };
}

describe("another client's deploy beside an up", () => {
  test.each([
    ["that has begun", "Machines_create_lease", 1],
    ["that has its first lease", "Machines_create_lease", 2],
    ["that changes its first machine", "Machines_update", 1],
    ["that changes its last machine", "Machines_update", 3],
  ])("%s: nothing interleaves, and whoever has to wait waits", async (_, operation, nth) => {
    const name = await app();
    const state = await local.engine.create("ProcessGroup", "web", args(name, "0"));
    const images = rolled();
    let other: Promise<void> | undefined;
    at(operation, nth, () => {
      other ??= flyDeploy(name, "theirs");
    });
    const [error] = await settled([(await anotherRun(local)).update(state, args(name, "ours"))]);
    await other;
    if (error) expect(error.message).toMatch(/held by .+ until|somebody else has changed it/s);
    expect(turns(images), images.join()).toBeLessThanOrEqual(1);
    expect(images.filter((image) => image === "theirs")).toHaveLength(3);
    await expectWhole(name);
  });

  test("which holds the machines when the up begins is waited for", async () => {
    const name = await app();
    const state = await local.engine.create("ProcessGroup", "web", args(name, "0"));
    const images = rolled();
    let begun = () => {};
    const holds = new Promise<void>((resolve) => {
      begun = resolve;
    });
    at("Machines_update", 1, async () => {
      begun();
      // They go on when the up has met their lease.
      await new Promise<void>((resolve) => {
        local.fly.hooks.before = ({ operation }) => {
          if (operation === "Machines_show_lease") resolve();
          return undefined;
        };
      });
    });
    const other = flyDeploy(name, "theirs");
    await holds;
    const [error] = await settled([(await anotherRun(local)).update(state, args(name, "ours"))]);
    await other;
    if (error) expect(error.message).toMatch(/somebody else has changed it/);
    expect(turns(images), images.join()).toBeLessThanOrEqual(1);
    await expectWhole(name);
  });
});

/** Somebody clears a machine's lease and destroys it, as `fly machine leases clear` and `fly machine destroy --force` do. */
async function destroyByHand(name: string, id: string): Promise<void> {
  const path = `/v1/apps/${name}/machines/${id}`;
  for (let status = 409; status !== 200; ) {
    const lease = await withNonce("GET", `${path}/lease`, undefined);
    if (lease.ok) {
      await withNonce("DELETE", `${path}/lease`, ((await lease.json()) as { data: { nonce: string } }).data.nonce);
    }
    status = (await withNonce("DELETE", `${path}?force=true`, undefined)).status;
    expect([200, 409]).toContain(status);
  }
}

describe("a machine that is destroyed by hand", () => {
  test.each([
    ["before its turn in the rollout", "Machines_update", 1, 2],
    ["when its update is sent", "Machines_update", 2, 1],
    ["when it is updated and its checks are awaited", "Machines_wait", 2, 1],
    ["when its lease is taken", "Machines_create_lease", 2, 1],
  ])("%s is made anew by the same up", async (_, operation, nth, which) => {
    const name = await app();
    const state = await local.engine.create("ProcessGroup", "web", args(name, "0"));
    const ids = state.outputs["machineIds"] as string[];
    at(operation, nth, () => destroyByHand(name, ids[which] ?? ""));
    const updated = await (await anotherRun(local)).update(state, args(name, "1"));
    expect(await expectWhole(name)).toBe("1");
    expect(updated.outputs["machineIds"]).not.toContain(ids[which]);
    expect((updated.outputs["machineIds"] as string[]).toSorted()).toEqual(
      (await machinesOf(local, name)).map(({ id }: Machine) => id).toSorted(),
    );
  });

  test("at any moment of a rollout leaves one machine a slot in the end, and an error that says so", async () => {
    const name = await app();
    const state = await local.engine.create("ProcessGroup", "web", args(name, "0"));
    const [, victim = ""] = state.outputs["machineIds"] as string[];
    const prepared = local.fly.world.snapshot();
    for (let nth = 1, met = true; met; nth++) {
      local.fly.world.restore(prepared);
      let [calls, at] = [0, ""];
      local.fly.hooks.before = async ({ operation, path, mutating }) => {
        if (!mutating || ++calls !== nth || !local.fly.world.machines.get(victim)) return undefined;
        at = `${operation} ${path}`;
        local.fly.hooks.before = undefined;
        await destroyByHand(name, victim);
        return undefined;
      };
      const next = args(name, "1");
      const ended = await (await anotherRun(local)).update(state, next).catch((error: Error) => error);
      met = at !== "";
      local.fly.hooks.before = undefined;
      if (ended instanceof Error) expect(ended.message, at).toMatch(/destroyed|is gone|not found/);
      else {
        const known = ended.outputs["machineIds"];
        for (const { id } of await machinesOf(local, name)) expect(known, `state after ${at}`).toContain(id);
      }
      // One that went when the rollout was through with it is missed by the next up.
      const kept = ended instanceof Error ? { ...state, outputs: halfMade(ended).outputs } : ended;
      await (await anotherRun(local)).update(kept, next, true);
      expect(await expectWhole(name), at).toBe("1");
    }
  }, 120_000);
});
