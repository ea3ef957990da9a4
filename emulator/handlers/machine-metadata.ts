import { type Answer, type Call, machineOf, text } from "../call.ts";
import { refuse } from "../errors.ts";
import type { Machine } from "../record.ts";

// Leases do not fence metadata, and a change of it makes no new version (distilled, machineLeases; superfly/docs).

const metadataOf = (machine: Machine) => machine.config.metadata ?? {};

function write(call: Call, machine: Machine, changes: Record<string, unknown>): Answer {
  if (machine.state === "destroyed") refuse("machineDestroyed");
  const metadata = new Map(Object.entries(metadataOf(machine)));
  for (const [key, value] of Object.entries(changes)) {
    if (value === null || value === "") metadata.delete(key);
    else if (typeof value === "string") metadata.set(key, value);
    else refuse("invalid", { what: `metadata.${key} must be a string or null` });
  }
  machine.config = { ...machine.config, metadata: Object.fromEntries(metadata) };
  const [current] = machine.versions;
  if (current !== undefined) current.config = machine.config;
  machine.updatedAt = call.world.clock.now();
  call.world.put(call.world.machines, machine);
  return { status: 204 };
}

export const metadataShow = (call: Call): Answer => ({ status: 200, body: { ...metadataOf(machineOf(call)) } });

/** Merges: a key with null goes, a key not named stays. */
export function metadataUpdate(call: Call): Answer {
  const machine = machineOf(call);
  const changes = call.body["metadata"] ?? {};
  if (typeof changes !== "object" || Array.isArray(changes)) refuse("invalid", { what: "metadata must be an object" });
  const version = text(call.body, "machine_version");
  if (version !== undefined && version !== machine.instanceId) refuse("metadataStale");
  return write(call, machine, changes as Record<string, unknown>);
}

const keyOf = (call: Call) => call.params["key"] ?? "";

export function metadataKeyShow(call: Call): Answer {
  const metadata = metadataOf(machineOf(call));
  if (!Object.hasOwn(metadata, keyOf(call))) refuse("metadataMissing");
  return { status: 200, body: { value: metadata[keyOf(call)] } };
}

export function metadataKeyUpdate(call: Call): Answer {
  const value = text(call.body, "value") ?? refuse("invalid", { what: "value is required" });
  return write(call, machineOf(call), { [keyOf(call)]: value });
}

export const metadataKeyDelete = (call: Call): Answer => write(call, machineOf(call), { [keyOf(call)]: null });
