import { expect, test } from "vitest";
import { leaseAcquire, leaseFind, leaseOf, leaseRelease } from "../../fly/lease.ts";
import { machineCordon, machineList, machineUncordon } from "../../fly/machine.ts";
import { flyServer, hangsUp, says } from "./fly-server.ts";

const lease = "POST /v1/apps/shop/machines/m1/lease";

test.each([
  ["in Fly's envelope", { status: "success", data: { nonce: "abc" } }],
  ["flat, as Fly's document shows it", { nonce: "abc" }],
])("the nonce is read %s", async (_, body) => {
  await using server = await flyServer({ [lease]: says(201, body) });
  await expect(leaseAcquire(server.client(), "shop", "m1", "airworthy test")).resolves.toBe("abc");
});

test("how long it lasts is said in the query and in the body, since Fly's document and its wire differ", async () => {
  await using server = await flyServer({ [lease]: says(201, { nonce: "abc" }) });
  await leaseAcquire(server.client(), "shop", "m1", "airworthy test");
  expect(server.arrivals[0]?.path).toContain("ttl=120");
  expect(JSON.parse(server.arrivals[0]?.body ?? "")).toMatchObject({ ttl: 120 });
});

test("a lost answer to the taking of a lease is not asked for again: the second would be refused", async () => {
  await using server = await flyServer([hangsUp]);
  await expect(leaseAcquire(server.client(), "shop", "m1", "airworthy test")).rejects.toMatchObject({
    kind: "uncertain",
  });
  expect(server.arrivals).toHaveLength(1);
});

test("a lost answer to a renewal is asked for again", async () => {
  await using server = await flyServer([hangsUp, says(201, { nonce: "abc" })]);
  await expect(leaseAcquire(server.client(), "shop", "m1", "airworthy test", "abc")).resolves.toBe("abc");
});

test("a lease that somebody else holds is told with its owner", async () => {
  const held = says(409, {
    error: "aborted: machine ID m1 lease currently held by a@b.c, expires at 2026-11-23T10:00:00Z",
  });
  await using server = await flyServer({ [lease]: held });
  const taking = leaseAcquire(server.client(), "shop", "m1", "airworthy test");
  await expect(taking).rejects.toMatchObject({ kind: "lease-held" });
  await expect(taking).rejects.toThrow(/a@b\.c.*Run again/);
});

test("a lease is given back in a run that was cancelled, and a failure there hides nothing", async () => {
  await using server = await flyServer([says(404, { error: "lease not found" })]);
  await leaseRelease(server.client({ signal: AbortSignal.abort() }), "shop", "m1", "abc");
  expect(server.arrivals).toMatchObject([{ method: "DELETE", headers: { "fly-machine-lease-nonce": "abc" } }]);
});

const held = { nonce: "abc", owner: "a@b.c", description: "flyctl", expires_at: 1_795_000_000 };

test.each([
  ["in Fly's envelope", { status: "success", data: held }],
  ["flat, as Fly's document shows it", held],
])("who holds a machine until when is read %s", async (_, body) => {
  await using server = await flyServer({ [lease.replace("POST", "GET")]: says(200, body) });
  await expect(leaseFind(server.client(), "shop", "m1")).resolves.toEqual({
    ...{ nonce: "abc", owner: "a@b.c", description: "flyctl" },
    expiresAt: 1_795_000_000_000,
  });
});

test("a list is asked for leases too, and a lease that cannot be read is none", async () => {
  const machine = { state: "started", region: "iad", instance_id: "01" };
  const list = [
    { ...machine, id: "m1", lease: held },
    { ...machine, id: "m2", lease: { expires_at: "soon" } },
    { ...machine, id: "m3" },
  ];
  await using server = await flyServer([says(200, list)]);
  const machines = await machineList(server.client(), "shop");
  expect(machines?.map((one) => one.lease && leaseOf(one.lease).owner)).toEqual(["a@b.c", undefined, undefined]);
  expect(server.arrivals[0]?.path).toContain("include_leases=true");
});

test.each([
  ["cordon", machineCordon],
  ["uncordon", machineUncordon],
])("a machine's %s names the lease, and may be asked for again", async (verb, call) => {
  await using server = await flyServer([hangsUp, says(200, { ok: true })]);
  await call(server.client(), "shop", "m1", "abc");
  expect(server.arrivals.at(-1)).toMatchObject({
    method: "POST",
    path: `/v1/apps/shop/machines/m1/${verb}`,
    headers: { "fly-machine-lease-nonce": "abc" },
  });
});

test("giving back a lease that Fly refuses once is asked for once more, and no oftener", async () => {
  const held = says(409, {
    error: "aborted: machine ID m1 lease currently held by a@b.c, expires at 2026-11-23T10:00:00Z",
  });
  await using server = await flyServer([held, held, held]);
  await leaseRelease(server.client(), "shop", "m1", "abc");
  expect(server.arrivals).toHaveLength(2);
});
