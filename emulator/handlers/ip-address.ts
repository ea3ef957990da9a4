import { isRegion } from "../../fly/regions.ts";
import { type Answer, appOf, type Call, type JsonObject, text } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import type { App, IpAddress } from "../record.ts";
import { localOrg, type World } from "../state.ts";

/** `type` is not echoed: Fly does so unreliably, and clients read it off the address. */
const ipView = (ip: IpAddress) => ({
  ip: ip.ip,
  region: ip.region,
  service_name: ip.serviceName,
  shared: ip.type === "shared_v4",
  egress: ip.type.startsWith("egress_"),
  created_at: rfc3339(ip.createdAt),
  network: ip.network,
});

export function ipList(call: Call): Answer {
  return { status: 200, body: { ips: call.world.ips.of(appOf(call).name).map(ipView) } };
}

const types = ["v4", "v6", "shared_v4", "private_v6", "egress_v4", "egress_v6", "egress_pair"];

export function ipCreate(call: Call): Answer {
  const app = appOf(call);
  const { world, body } = call;
  if (text(body, "type") === "egress_pair") return pair(world, madeOf(world, app, body));
  return { status: 200, body: ipView(assign(world, app, body)) };
}

/** Gives an app an address as the body of a call wishes it. */
export function assign(world: World, app: App, body: JsonObject): IpAddress {
  const made = madeOf(world, app, body);
  const type = text(body, "type") ?? "";
  const shared = world.ips.of(app.name).find((ip) => ip.type === "shared_v4");
  // An app has one shared address; asking again gives it again.
  return type === "shared_v4" && shared !== undefined ? shared : put(world, type, made);
}

function madeOf(world: World, app: App, body: JsonObject): Made {
  const type = text(body, "type") ?? "";
  if (!types.includes(type)) refuse("invalid", { what: `type must be one of ${types.join(", ")}` });
  const isOrgRefused = world.position("public-address-org") === "refused";
  if (isOrgRefused && text(body, "org_slug") !== undefined && type !== "private_v6") refuse("ipOrgRefused");
  const region = text(body, "region") ?? "global";
  if (region !== "global" && !isRegion(region))
    refuse("invalid", { what: `region ${JSON.stringify(region)} is invalid` });
  const network = type === "private_v6" ? networkOf(world, body) : null;
  return { app: app.name, region, network, serviceName: text(body, "service_name") ?? "" };
}

type Made = Pick<IpAddress, "app" | "region" | "network" | "serviceName">;

function put(world: World, type: string, made: Made): IpAddress {
  const ip = { ...made, type, createdAt: world.clock.now(), ip: address(type, world.nextNumber()) };
  world.ips.put(ip);
  return ip;
}

/** Two addresses in one answer, which is of neither (OpenAPI document, AssignIPResponse). */
function pair(world: World, made: Made): Answer {
  const [v4, v6] = [put(world, "egress_v4", made), put(world, "egress_v6", made)];
  return { status: 200, body: { ...ipView(v4), ip: null, ip_pair: { v4: v4.ip, v6: v6.ip } } };
}

/** A private address is in the organisation's default network, not in its app's (superfly/docs, pull request 2430). */
function networkOf(world: World, body: JsonObject): IpAddress["network"] {
  const name = text(body, "network") ?? "";
  const org_slug = text(body, "org_slug") ?? localOrg.slug;
  const isKnown = (app: App) => app.org === org_slug && app.network === name;
  if (name !== "" && name !== "default" && !world.apps.all().some(isKnown)) refuse("networkMissing");
  return { name: name === "default" ? "" : name, org_slug };
}

function address(type: string, number: number): string {
  const [high, low] = [(number >> 8) & 0xff, number & 0xff];
  if (type === "v4" || type === "egress_v4") return `137.66.${high}.${low}`;
  if (type === "shared_v4") return `66.241.${124 + (high & 1)}.${low}`;
  return `${type === "v6" || type === "egress_v6" ? "2a09:8280:1" : "fdaa:0:1:0:1"}::${number.toString(16)}`;
}

export function ipDelete(call: Call): Answer {
  const app = appOf(call);
  const ip = call.world.ips.get(`${app.name} ${call.params["ip"]}`) ?? refuse("ipMissing");
  call.world.ips.drop(ip);
  return { status: 204 };
}
