import { rfc3339 } from "../clock.ts";
import type { App, IpAddress } from "../record.ts";
import { type Asking, nodeId, organizationView } from "./view.ts";

const isListed = ({ type }: IpAddress) => type !== "shared_v4" && !type.startsWith("egress_");

/** An app's addresses: one list of its own, the shared one apart, and those that calls out come from. */
export function addressesOf(asking: Asking, { name }: App) {
  const all = asking.world.ips.of(name);
  return {
    own: all.filter(isListed).map((ip) => addressView(asking, ip)),
    shared: all.find(({ type }) => type === "shared_v4")?.ip ?? null,
    egress: all.filter(({ type }) => type.startsWith("egress_")).map(egressView),
  };
}

const idOf = ({ app, ip }: IpAddress) => nodeId(`address ${app} ${ip}`);

export const addressView = (asking: Asking, ip: IpAddress) => ({
  id: idOf(ip),
  address: ip.ip,
  type: ip.type,
  region: ip.region,
  createdAt: rfc3339(ip.createdAt),
  serviceName: ip.serviceName,
  network: ip.network && {
    id: nodeId(`network ${ip.network.org_slug} ${ip.network.name}`),
    name: ip.network.name || "default",
    organization: () => organizationView(asking),
  },
});

const egressView = (ip: IpAddress) => ({
  id: idOf(ip),
  ip: ip.ip,
  region: ip.region,
  version: ip.type === "egress_v4" ? 4 : 6,
  updatedAt: rfc3339(ip.createdAt),
});
