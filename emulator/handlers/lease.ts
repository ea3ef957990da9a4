import { type Answer, type Call, type JsonObject, machineOf, text, whole } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import { hex } from "../identifier.ts";
import { leaseEnd, leaseView, liveLease } from "../machine-view.ts";
import type { Lease, Machine } from "../record.ts";
import { localOrg, type World } from "../state.ts";

/** Who holds leases here: the local Fly knows one token. */
const owner = `${localOrg.slug}@tokens.fly.io`;

const envelope = (status: number, data: unknown): Answer => ({ status, body: { status: "success", data } });

function refuseHeld(world: World, machine: Machine, lease: Lease): never {
  refuse("leaseHeld", { id: machine.id, owner: lease.owner, at: rfc3339(leaseEnd(world, lease)) });
}

/** Refuses a change of a leased machine by anyone who does not hold the lease. */
export function fence({ world, nonce }: Call, machine: Machine): void {
  const lease = liveLease(world, machine);
  if (lease !== undefined && lease.nonce !== nonce) refuseHeld(world, machine, lease);
}

/** A day: Fly's own limit is not known. */
const mostSeconds = 86_400;

/** The seconds a body asks for a lease of. */
export function leaseSeconds(body: JsonObject, key: "ttl" | "lease_ttl"): number | undefined {
  const seconds = whole(body, key);
  if (seconds === undefined || (seconds >= 1 && seconds <= mostSeconds)) return seconds;
  return refuse("invalid", { what: `${key} must be 1 to ${mostSeconds} seconds` });
}

/** Leases the machine for that many seconds. */
export function grant(world: World, machine: Machine, seconds: number, description: string, nonce = hex(12)): Lease {
  const expires = world.clock.attended() + seconds * 1000;
  const lease = { nonce, owner, description, version: machine.instanceId, expires };
  machine.lease = lease;
  world.put(world.machines, machine);
  return lease;
}

export function leaseShow(call: Call): Answer {
  const machine = machineOf(call);
  const lease = machine.state === "destroyed" ? undefined : liveLease(call.world, machine);
  return lease === undefined ? refuse("leaseMissing") : envelope(200, leaseView(call.world, lease));
}

/** Takes the lease, or renews it where the held nonce comes along. */
export function leaseCreate(call: Call): Answer {
  const machine = machineOf(call);
  const { world, query, body, nonce } = call;
  if (machine.state === "destroyed") refuse("machineMissing");
  const lease = liveLease(world, machine);
  if (lease !== undefined && lease.nonce !== nonce) refuseHeld(world, machine, lease);
  if (lease === undefined && nonce !== undefined) refuse("leaseMissing");
  const inQuery = query.get("ttl");
  // flyctl sends the time in the query, Fly's documents show it in the body.
  const ttl = leaseSeconds(inQuery === null ? body : { ttl: Number(inQuery) }, "ttl") ?? 30;
  const description = text(body, "description") ?? lease?.description ?? "";
  return envelope(201, leaseView(world, grant(world, machine, ttl, description, lease?.nonce)));
}

export function leaseRelease(call: Call): Answer {
  const machine = machineOf(call);
  if (call.nonce === undefined) refuse("leaseNonceMissing");
  const lease = liveLease(call.world, machine);
  if (lease === undefined) refuse("leaseMissing");
  if (lease.nonce !== call.nonce) refuseHeld(call.world, machine, lease);
  machine.lease = undefined;
  call.world.put(call.world.machines, machine);
  return envelope(200, { ok: true });
}
