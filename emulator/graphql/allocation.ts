import { refuse } from "../errors.ts";
import { assign } from "../handlers/ip-address.ts";
import type { App } from "../record.ts";
import { addressView } from "./address.ts";
import { appNamed, appView } from "./app.ts";
import { type Asking, orgSlugOf } from "./view.ts";

interface Allocation {
  appId: string;
  type: string;
  region?: string | null;
  organizationId?: string | null;
  network?: string | null;
  serviceName?: string | null;
}

/** Gives an app an address, as flyctl does: by the app's name, which it calls its id. */
export function allocateIpAddress(asking: Asking, { input }: { input: Allocation }) {
  const app = writable(asking, input.appId);
  const { type, region, network, serviceName, organizationId: org } = input;
  const org_slug = org ? orgSlugOf(asking, org) : undefined;
  const made = assign(asking.world, app, { type, region, network, service_name: serviceName, org_slug });
  // A shared one is the app's and not in its list (fly-go, GetIPAddresses, adds it by hand).
  return { app: appView(asking, app), ipAddress: type === "shared_v4" ? null : addressView(asking, made) };
}

export function releaseIpAddress(asking: Asking, { input }: { input: { appId?: string | null; ip?: string | null } }) {
  const app = writable(asking, input.appId ?? "");
  const ip = asking.world.ips.get(`${app.name} ${input.ip ?? ""}`) ?? refuse("graphqlAddressMissing");
  asking.world.ips.drop(ip);
  return { app: appView(asking, app) };
}

/** A token that only reads changes no addresses. */
function writable(asking: Asking, name: string): App {
  const app = appNamed(asking, name);
  if (asking.caller.readOnly) refuse("graphqlForbidden");
  return app;
}
