import { rfc3339 } from "../clock.ts";
import { hostOf } from "../host.ts";
import type { App, Machine } from "../record.ts";
import type { World } from "../state.ts";
import { connection, nodeId } from "./view.ts";

/** Those that still are. */
export const machinesOf = (world: World, { name }: App) =>
  world.machines.of(name).filter(({ state }) => state !== "destroyed");

export const machineView = (world: World, machine: Machine) => ({
  id: machine.id,
  name: machine.name,
  config: machine.config,
  state: machine.state,
  region: machine.region,
  instanceId: machine.instanceId,
  createdAt: rfc3339(machine.createdAt),
  updatedAt: rfc3339(machine.updatedAt),
  host: { id: hostOf(world, machine) },
  // The one address a machine has is of the private network, whose parts are of 112 bits (Fly docs, private-networking).
  ips: () =>
    connection([
      { id: nodeId(`machine ${machine.id}`), family: "v6", kind: "privatenet", ip: machine.privateIp, maskSize: 112 },
    ]),
});
