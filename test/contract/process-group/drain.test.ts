import { expect, test } from "vitest";
import type { State } from "../../support/engine.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { happen, journalEnd, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();

interface Entry {
  operation: string;
  method: string;
  path: string;
  mutating: boolean;
}

/** What was asked of a machine, in order. */
async function askedOf(id: string, since: number): Promise<string[]> {
  const { entries } = (await send(local.fly, "GET", `/_local/journal?since=${since}`)) as { entries: Entry[] };
  return entries
    .filter(
      ({ path, operation }) => path.includes(id) && !operation.endsWith("_lease") && operation !== "Machines_show",
    )
    .map(({ operation }) => operation.replace("Machines_", ""));
}

const slots = [
  { name: "iad-0", region: "iad" },
  { name: "lhr-0", region: "lhr" },
];

async function deploy(app: string, config = {}): Promise<State> {
  await local.engine.create("App", app, { name: app });
  return await local.engine.create("ProcessGroup", "web", groupArgs(app, { slots }, config));
}

const fewer = (app: string, config = {}) => groupArgs(app, { slots: slots.slice(0, 1) }, config);

test("a machine that goes gets no more connections, is stopped, and destroyed when it has stopped", async () => {
  const state = await deploy("drain");
  const since = await journalEnd(local.fly);
  await local.engine.update(state, fewer("drain"));
  const [, gone = ""] = state.outputs["machineIds"] as string[];
  expect(await askedOf(gone, since)).toEqual(["cordon", "stop", "wait", "delete", "wait"]);
});

test("a machine without services is not taken out of a proxy that does not know it", async () => {
  const own = { services: [] };
  const state = await deploy("worker", own);
  const since = await journalEnd(local.fly);
  await local.engine.update(state, fewer("worker", own));
  const [, gone = ""] = state.outputs["machineIds"] as string[];
  expect(await askedOf(gone, since)).toEqual(["stop", "wait", "delete", "wait"]);
});

test("a machine that takes longer to stop than Fly waits in one call is waited for as long as its config says", async () => {
  const own = { stopConfig: { signal: "SIGTERM", timeout: "150s" } };
  const state = await deploy("slow", own);
  const [, gone = ""] = state.outputs["machineIds"] as string[];
  const since = await journalEnd(local.fly);
  // Two minutes pass at Fly, as two of its waits say, before the process has ended.
  await send(local.fly, "POST", "/_local/faults", {
    operation: "Machines_wait",
    kind: "status",
    status: 408,
    body: { error: "deadline_exceeded: timeout" },
    times: 2,
  });
  await local.engine.update(state, fewer("slow", own));
  expect(await askedOf(gone, since)).toEqual(["cordon", "stop", "wait", "wait", "wait", "delete", "wait"]);
});

test("a machine on a host that does not answer is neither cordoned nor stopped, but destroyed", async () => {
  const state = await deploy("lost");
  const [, gone = ""] = state.outputs["machineIds"] as string[];
  await happen(local.fly, { kind: "host-failure", app: "lost", machine: gone });
  const since = await journalEnd(local.fly);
  await local.engine.update(state, fewer("lost"));
  expect((await askedOf(gone, since))[0]).toBe("delete");
  expect((await machinesOf(local, "lost")).map(({ id }) => id)).not.toContain(gone);
});

test("scaling a stateful group down leaves all volumes where they are", async () => {
  await local.engine.create("App", "data", { name: "data" });
  const volumes: State[] = [];
  for (const region of ["iad", "lhr"]) {
    const args = { app: "data", name: `data_${region}`, region, sizeGb: 1 };
    volumes.push(await local.engine.create("Volume", `data-${region}`, args));
  }
  const config = { mounts: [{ path: "/data" }] };
  const mounted = slots.map((slot, index) => ({ ...slot, volume: volumes[index]?.id ?? "" }));
  const before = groupArgs("data", { slots: mounted }, config);
  const state = await local.engine.create("ProcessGroup", "web", before);
  await local.engine.update(state, groupArgs("data", { slots: mounted.slice(0, 1) }, config));
  expect(await machinesOf(local, "data")).toHaveLength(1);
  const there = (await send(local.fly, "GET", "/v1/apps/data/volumes")) as { id: string; state: string }[];
  expect(there.map(({ id, state }) => [id, state]).toSorted()).toEqual(
    volumes.map(({ id }) => [id, "created"]).toSorted(),
  );
});
