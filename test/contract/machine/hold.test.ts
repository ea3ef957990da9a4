import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { FlyClient } from "../../../fly/client.ts";
import { machineList } from "../../../fly/machine.ts";
import type { Context } from "../../../provider/lifecycle.ts";
import { Hold } from "../../../provider/machine/hold.ts";
import { addByHand } from "../../support/group.ts";
import { arm, control, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
let machine: string;

beforeEach(async () => {
  const { apps } = (await send(local.fly, "GET", "/v1/apps?org_slug=local")) as { apps: { name: string }[] };
  if (apps.length === 0) await local.engine.create("App", "shop", { name: "shop" });
  machine = await addByHand(local, "shop", { image: "registry.fly.io/shop:1" });
});
afterEach(() => {
  local.fly.hooks.before = undefined;
  local.fly.hooks.after = undefined;
});

interface Shown {
  data: { description: string; nonce: string };
}

const leasePath = (id = machine) => `/v1/apps/shop/machines/${id}/lease`;
const lease = async (id = machine) => ((await send(local.fly, "GET", leasePath(id))) as Shown).data;
const isFree = (id = machine) => expect(lease(id)).rejects.toThrow("404");
/** Somebody else takes the lease. */
const taken = async (description: string, ttl = 60, id = machine) =>
  ((await send(local.fly, "POST", leasePath(id), { ttl, description })) as Shown).data.nonce;
const withNonce = (method: string, nonce: string, query = "") =>
  fetch(local.fly.url + leasePath() + query, {
    method,
    headers: { authorization: `Bearer ${local.fly.token}`, "fly-machine-lease-nonce": nonce },
  });

/** A run of stack shop/dev, and what it told its user. */
function run(options: { patience?: number; renewal?: number } = {}) {
  const { fly } = local;
  const ending = new AbortController();
  const client = new FlyClient({ flapsUrl: fly.url, token: fly.token, rateLimits: false, signal: ending.signal });
  const told: string[] = [];
  const report = (text: string) => void told.push(text);
  const context = { fly: client, signal: ending.signal, stack: "shop/dev", report } as Partial<Context> as Context;
  const hold = new Hold(context, { app: "shop", patience: 150, ...options });
  onTestFinished(() => hold.release());
  return { hold, told, client, cancel: () => ending.abort(new Error("the update was cancelled")) };
}

/** What happens when the nth call of an operation comes. */
function at(operation: string, nth: number, act: () => unknown) {
  let seen = 0;
  local.fly.hooks.before = async (call) => {
    if (call.operation === operation && ++seen === nth) await act();
    return undefined;
  };
}

async function deadPid(): Promise<number> {
  const child = spawn(process.execPath, ["-e", ""]);
  await once(child, "exit");
  return child.pid ?? 0;
}

function livePid(): number {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  onTestFinished(() => void child.kill());
  return child.pid ?? 0;
}

const named = (pid: number, host = hostname(), stack = "shop/dev") => `airworthy ${stack} by ann@${host} (pid ${pid})`;

test("a lease says which stack holds it, who runs that, where, and in which process", async () => {
  const { hold } = run();
  await hold.take(machine);
  const [, user] = /^airworthy shop\/dev by (.+)@/.exec((await lease()).description) ?? [];
  expect((await lease()).description).toBe(named(process.pid).replace("ann", user ?? ""));
  await hold.release();
  await isFree();
});

test("a lease that is held is used again without a call", async () => {
  const { hold } = run();
  const nonce = await hold.take(machine);
  at("Machines_create_lease", 1, () => expect.unreachable("the lease was asked for again"));
  expect(await hold.take(machine)).toBe(nonce);
});

describe("a lease of this stack's", () => {
  test("whose process on this machine is gone is taken over at once", async () => {
    await taken(named(await deadPid()));
    const { hold, told } = run({ patience: 0 });
    await hold.take(machine);
    expect((await lease()).description).toContain(`(pid ${process.pid})`);
    expect(told).toEqual([]);
  });

  test("whose process on this machine lives is waited for, then named", async () => {
    const live = named(livePid());
    const nonce = await taken(live);
    await expect(run().hold.take(machine)).rejects.toThrow(live);
    expect((await lease()).nonce).toBe(nonce);
  });

  test("from another machine is taken over when its holder has missed a renewal", async () => {
    await taken(named(1, "elsewhere"));
    await run({ patience: 5_000, renewal: 60 }).hold.take(machine);
    expect((await lease()).description).toContain(`(pid ${process.pid})`);
  });

  test("from another machine is left to its holder as long as that renews it", async () => {
    const nonce = await taken(named(1, "elsewhere"));
    let ttl = 60;
    local.fly.hooks.before = async ({ operation }) => {
      if (operation !== "Machines_show_lease") return undefined;
      ttl += 10;
      await withNonce("POST", nonce, `?ttl=${ttl}`);
      return undefined;
    };
    await expect(run({ patience: 400, renewal: 60 }).hold.take(machine)).rejects.toMatchObject({ kind: "lease-held" });
    local.fly.hooks.before = undefined;
    expect((await lease()).nonce).toBe(nonce);
  });

  test("of the same name and process on another machine is not this process's", async () => {
    await taken(named(process.pid, "elsewhere"));
    await expect(run().hold.take(machine)).rejects.toMatchObject({ kind: "lease-held" });
  });

  test("that another part of this process holds is not taken for a dead run's", async () => {
    const first = run();
    const nonce = await first.hold.take(machine);
    await expect(run().hold.take(machine)).rejects.toMatchObject({ kind: "lease-held" });
    expect((await lease()).nonce).toBe(nonce);
  });

  test("that a dead run has left is given to one of two that find it", async () => {
    await taken(named(await deadPid()));
    const runs = [run(), run()];
    const takes = await Promise.allSettled(runs.map(({ hold }) => hold.take(machine)));
    expect(takes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });
});

describe("anybody else's lease", () => {
  test("is waited for, then named with its holder, its end, the machine and what to do", async () => {
    await taken("maintenance by bob");
    const { hold, told } = run();
    const refused = await hold.take(machine).catch((error) => error);
    expect(refused.kind).toBe("lease-held");
    expect(refused.message).toMatch(
      new RegExp(
        `machine ${machine} of app "shop".*local.*"maintenance by bob" until 20.*Z;.*fly machine leases clear ${machine} -a shop.*Run again`,
      ),
    );
    expect(told[0]).toMatch(/waiting for machine .* held by .*maintenance by bob.* until 20/);
  });

  test("of another stack is anybody else's, though its process is gone", async () => {
    await taken(named(await deadPid(), hostname(), "other/dev"));
    await expect(run().hold.take(machine)).rejects.toThrow(/held by .*other\/dev/);
  });

  test("that is given back meanwhile is taken then", async () => {
    const nonce = await taken("flyctl");
    at("Machines_show_lease", 3, () => withNonce("DELETE", nonce));
    await run({ patience: 30_000 }).hold.take(machine);
    expect((await lease()).description).toContain("airworthy shop/dev");
  });

  test("that ends meanwhile is taken then", async () => {
    await taken("flyctl", 13);
    at("Machines_show_lease", 3, () => local.fly.world.clock.advance(13_000));
    await run({ patience: 30_000 }).hold.take(machine);
    expect((await lease()).description).toContain("airworthy shop/dev");
  });

  test("is not waited for when the run is cancelled", async () => {
    await taken("flyctl");
    const { hold, cancel } = run({ patience: 60_000 });
    at("Machines_show_lease", 4, cancel);
    await expect(hold.take(machine)).rejects.toMatchObject({ kind: "cancelled" });
  });
});

describe("a lease that is taken", () => {
  test("with a lost answer is this run's, and given back", async () => {
    await arm(local.fly, "Machines_create_lease", { kind: "lose-response" });
    const { hold } = run();
    expect(await hold.take(machine)).toBe((await lease()).nonce);
    await hold.release();
    await isFree();
  });

  test("just when the run is cancelled is given back", async () => {
    const { hold, cancel } = run();
    at("Machines_create_lease", 1, cancel);
    await hold.take(machine).catch(() => {});
    expect((await lease()).description).toContain("airworthy");
    await hold.release();
    await isFree();
  });

  test("with an answer that is lost just when the run is cancelled is given back", async () => {
    const { hold, cancel } = run();
    local.fly.hooks.after = ({ operation }) => {
      if (operation !== "Machines_create_lease") return undefined;
      cancel();
      return "cut";
    };
    await expect(hold.take(machine)).rejects.toThrow(/cancelled/);
    expect((await lease()).description).toContain("airworthy");
    await hold.release();
    await isFree();
  });

  test("and was lost while the machine slept is taken again", async () => {
    const { hold } = run({ renewal: 1 });
    const nonce = await hold.take(machine);
    local.fly.world.clock.advance(121_000);
    await expect.poll(() => hold.take(machine)).not.toBe(nonce);
    expect((await lease()).description).toContain("airworthy");
  });
});

test("of two that want the same machines one gets all of them, and the other waits", async () => {
  const machines = [{ id: machine }];
  for (let more = 0; more < 4; more++) {
    machines.push({ id: await addByHand(local, "shop", { image: "registry.fly.io/shop:1" }) });
  }
  const [first, second] = [run({ patience: 30_000 }), run({ patience: 30_000 })];
  const order: string[] = [];
  const work = async ({ hold }: typeof first, wanted: { id: string }[]) => {
    await hold.takeAll(wanted);
    order.push("has all");
    await send(local.fly, "GET", "/v1/apps/shop/machines");
    order.push("gives back");
    await hold.release();
  };
  await Promise.all([work(first, machines), work(second, [...machines].reverse())]);
  expect(order).toEqual(["has all", "gives back", "has all", "gives back"]);
  for (const { id } of machines) await isFree(id);
});

test("what a dead run holds is given back though nothing was to be changed there; others' leases stay", async () => {
  const add = () => addByHand(local, "shop", { image: "registry.fly.io/shop:1" });
  const [dead, alive, person] = [machine, await add(), await add()];
  await taken(named(await deadPid()), 60, dead);
  await taken(named(livePid()), 60, alive);
  await taken("by hand", 60, person);
  const { hold, client } = run();
  hold.adopt((await machineList(client, "shop")) ?? []);
  await hold.release();
  await isFree(dead);
  expect((await lease(alive)).description).toContain("ann");
  expect((await lease(person)).description).toBe("by hand");
  await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
});
