import { expect, test } from "vitest";
import { lift, type Properties } from "../../../provider/value.ts";
import { halfMade, type State, secret } from "../../support/engine.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { arm, happen, journalEnd, mutations, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
let count = 0;
let app = "";

async function deploy(more?: Properties, config?: Properties): Promise<{ state: State; args: Properties }> {
  app = `deploy-${++count}`;
  await local.engine.create("App", app, { name: app });
  const args = groupArgs(app, more, config);
  return { state: await local.engine.create("ProcessGroup", "web", args), args };
}

const image = (letter: string) => ({ image: `registry.fly.io/shop@sha256:${letter.repeat(64)}` });
const leases = async () => {
  for (const { id } of await machinesOf(local, app)) {
    await expect(send(local.fly, "GET", `/v1/apps/${app}/machines/${id}/lease`)).rejects.toThrow("404");
  }
};

test("a group is one healthy machine a slot, labelled so that flyctl and the next run know it", async () => {
  const { state } = await deploy();
  const machines = await machinesOf(local, app);
  expect(machines.map(({ name, region, state }) => [name, region, state])).toEqual([
    ["web-iad-0", "iad", "started"],
    ["web-lhr-0", "lhr", "started"],
    ["web-lhr-1", "lhr", "started"],
  ]);
  expect(machines[0]?.config.metadata).toMatchObject({
    airworthy_stack: "shop/dev",
    airworthy_group: "web",
    airworthy_slot: "iad-0",
    fly_platform_version: "v2",
    fly_process_group: "web",
    fly_release_version: "1",
  });
  expect(state.outputs["machineIds"]).toEqual(machines.map(({ id }) => id));
  expect(state.outputs["release"]).toMatchObject({ version: 1 });
  expect((await local.engine.refresh(state))?.drift).toEqual({});
});

test("nothing changed makes no call that changes anything", async () => {
  const { state, args } = await deploy();
  const since = await journalEnd(local.fly);
  await local.engine.update((await local.engine.refresh(state)) ?? state, args);
  await local.engine.update(state, args, true);
  expect(await mutations(local.fly, since)).toEqual([]);
});

test("a new image goes to one machine first and to all in the end, under leases that are given back", async () => {
  const { state } = await deploy();
  const since = await journalEnd(local.fly);
  const updated = await local.engine.update(state, groupArgs(app, {}, image("b")));
  const machines = await machinesOf(local, app);
  expect(machines.map(({ id }) => id)).toEqual(state.outputs["machineIds"]);
  expect(new Set(machines.map(({ config }) => config.image))).toEqual(new Set([image("b").image]));
  expect(updated.outputs["release"]).toMatchObject({ version: 2 });
  const done = (await mutations(local.fly, since)).filter((operation) => operation.startsWith("Machines"));
  expect(done.slice(0, 4)).toEqual([...Array(3).fill("Machines_create_lease"), "Machines_update"]);
  expect(done.filter((operation) => operation === "Machines_update")).toHaveLength(3);
  await leases();
});

test("the last releases are kept in the state as a secret, as many as were asked for", async () => {
  const { state } = await deploy({ deploy: { keepReleases: 2 } });
  const two = groupArgs(app, { deploy: { keepReleases: 2 } }, image("b"));
  const second = await local.engine.update(state, two);
  const third = await local.engine.update(second, groupArgs(app, { deploy: { keepReleases: 2 } }, image("c")));
  const kept = lift(third.outputs);
  expect(kept.secrets).toContainEqual(["releases"]);
  expect(kept.value["releases"]).toMatchObject([
    { version: 3, config: image("c") },
    { version: 2, config: image("b") },
  ]);
});

test("a machine whose process ends while it is awaited is named with its exit code", async () => {
  const { state } = await deploy({ deploy: { waitTimeout: "2s" } }, { restart: { policy: "no" } });
  const [first] = await machinesOf(local, app);
  await happen(local.fly, { kind: "exit", app, machine: first?.id, exitCode: 3 });
  await send(local.fly, "POST", `/v1/apps/${app}/machines/${first?.id}/wait?state=stopped`).catch(() => {});
  expect((await machinesOf(local, app))[0]?.state).toBe("stopped");
  expect(state.id).toBe(`${app}/web`);
});

test("scaling adds and removes just the slots that changed", async () => {
  const { state, args } = await deploy();
  const slots = (args["slots"] as Properties[]).slice(0, 2);
  const more = [...slots, { name: "syd-0", region: "syd" }];
  expect(await local.engine.diff(state, { ...args, slots: more })).toEqual({ "slots[2]": "ADD" });
  const before = await machinesOf(local, app);
  await local.engine.update(state, { ...args, slots: more });
  const after = await machinesOf(local, app);
  expect(after.map(({ name }) => name)).toEqual(["web-iad-0", "web-lhr-0", "web-syd-0"]);
  expect(after.slice(0, 2).map(({ instance_id }) => instance_id)).toEqual(
    before.slice(0, 2).map(({ instance_id }) => instance_id),
  );
});

test("a slot that moves to another region gets another machine there", async () => {
  const { state, args } = await deploy();
  const slots = (args["slots"] as Properties[]).map((slot) =>
    slot["name"] === "iad-0" ? { ...slot, region: "ord" } : slot,
  );
  await local.engine.update(state, { ...args, slots });
  expect((await machinesOf(local, app)).map(({ region }) => region).sort()).toEqual(["lhr", "lhr", "ord"]);
});

test("a lost create answer leaves one machine, not two", async () => {
  await arm(local.fly, "Machines_create", { kind: "lose-response" });
  await deploy();
  expect(await machinesOf(local, app)).toHaveLength(3);
});

test("a lost update answer is found out by a look", async () => {
  const { state } = await deploy();
  await arm(local.fly, "Machines_update", { kind: "lose-response" });
  const since = await journalEnd(local.fly);
  await local.engine.update(state, groupArgs(app, {}, image("d")));
  expect((await mutations(local.fly, since)).filter((operation) => operation === "Machines_update")).toHaveLength(3);
});

test("machines that a dead run made are found by their labels and kept", async () => {
  const { state, args } = await deploy();
  const again = await local.engine.create("ProcessGroup", "web", args);
  expect(again.outputs["machineIds"]).toEqual(state.outputs["machineIds"]);
});

test("a machine that was stopped is updated and stays stopped", async () => {
  const { state } = await deploy();
  const [first] = await machinesOf(local, app);
  await send(local.fly, "POST", `/v1/apps/${app}/machines/${first?.id}/stop`, {});
  await send(
    local.fly,
    "GET",
    `/v1/apps/${app}/machines/${first?.id}/wait?state=stopped&instance_id=${first?.instance_id}`,
  );
  await local.engine.update(state, groupArgs(app, {}, image("e")));
  const [stopped] = await machinesOf(local, app);
  expect(stopped).toMatchObject({ state: "stopped", config: image("e") });
});

test("new secrets roll the machines, unchanged ones do not", async () => {
  const { state, args } = await deploy({ minSecretsVersion: 0 });
  const secrets = await local.engine.create("Secrets", "s", { app, values: { KEY: secret("value-one") } });
  const version = secrets.outputs["version"] as number;
  const since = await journalEnd(local.fly);
  await local.engine.update(state, { ...args, minSecretsVersion: version });
  expect((await mutations(local.fly, since)).filter((operation) => operation === "Machines_update")).toHaveLength(3);
});

test("a first deploy that makes nothing leaves nothing in the state; one that makes a part leaves that part", async () => {
  app = "partial";
  await local.engine.create("App", app, { name: app });
  await arm(local.fly, "Machines_create", { kind: "status", status: 422, body: { error: "no" }, times: 3 });
  const nothing = await local.engine.create("ProcessGroup", "web", groupArgs(app)).catch((error) => error);
  expect(() => halfMade(nothing)).toThrow();
  await arm(local.fly, "Machines_create", {
    kind: "status",
    status: 422,
    body: { error: "could not find a candidate host" },
  });
  const half = halfMade(await local.engine.create("ProcessGroup", "web", groupArgs(app)).catch((error) => error));
  expect(half.outputs["machineIds"]).toHaveLength(2);
  expect(half.reasons[0]).toMatch(/Try another region or a smaller guest/);
});

test("deleting a group destroys its machines and no others", async () => {
  const { state } = await deploy();
  const stranger = (await send(local.fly, "POST", `/v1/apps/${app}/machines`, { config: { image: "console" } })) as {
    id: string;
  };
  await local.engine.remove(state);
  expect((await machinesOf(local, app)).map(({ id }) => id)).toEqual([stranger.id]);
});
