import { rfc3339 } from "./clock.ts";
import { imageDigest } from "./identifier.ts";
import { checkResults } from "./machine-check.ts";
import type { Config, Lease, Machine } from "./record.ts";
import type { World } from "./state.ts";

/** A machine without what a summary leaves out: config, checks, events and the state of its host. */
export const machineSummary = (machine: Machine) => ({
  id: machine.id,
  name: machine.name,
  state: machine.state,
  region: machine.region,
  instance_id: machine.instanceId,
  version: machine.instanceId,
  private_ip: machine.privateIp,
  created_at: rfc3339(machine.createdAt),
  updated_at: rfc3339(machine.updatedAt),
});

/** A machine as Fly shows it. */
export function machineView(world: World, machine: Machine, version = machine.instanceId) {
  const config = machine.versions.find((known) => known.version === version)?.config ?? machine.config;
  const checks = checkResults(world, machine);
  return {
    id: machine.id,
    name: machine.name,
    // An old version is over, whatever the machine does now (superfly/docs, machine-states).
    state: version === machine.instanceId ? machine.state : "replaced",
    region: machine.region,
    image_ref: imageRef(config.image),
    instance_id: version,
    version,
    private_ip: machine.privateIp,
    created_at: rfc3339(machine.createdAt),
    updated_at: rfc3339(machine.updatedAt),
    ...configView(machine, config),
    events: [...machine.events],
    ...(checks === undefined ? {} : { checks }),
    cordoned: machine.cordoned,
    host_status: machine.hostStatus,
  };
}

/** Of a machine whose host does not answer, Fly knows the config only in part (superfly/docs, machine-migration). */
function configView({ hostStatus }: Machine, config: Config) {
  if (hostStatus === "ok") return { config };
  // flyctl looks for a size and for the volume there (internal/command/machine/status.go, deploy/machines_launchinput.go).
  const { image, metadata = {}, guest, mounts } = config;
  return { config: null, incomplete_config: { image, metadata, guest, ...(mounts && { mounts }) } };
}

export function imageRef(image: string) {
  const [name = "", digest] = image.split("@");
  const [registry = "", ...path] = name.split("/");
  const [repository = "", tag = ""] = path.join("/").split(":");
  return { registry, repository, tag, digest: digest ?? imageDigest(image), labels: {} };
}

/** When a lease ends, in the time that callers see. */
export const leaseEnd = (world: World, { expires }: Lease) => world.clock.now() + expires - world.clock.attended();

/** The lease in force on a machine. */
export function liveLease(world: World, { lease }: Machine): Lease | undefined {
  return lease !== undefined && lease.expires > world.clock.attended() ? lease : undefined;
}

export function leaseView(world: World, lease: Lease) {
  const { nonce, owner, description, version } = lease;
  return { nonce, expires_at: Math.floor(leaseEnd(world, lease) / 1000), owner, description, version };
}
