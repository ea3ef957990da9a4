import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { find } from "./gone.ts";

/** An address of an app as the Machines API returns it. */
export const FlyIpAddress = z.looseObject({
  ip: z.string(),
  type: z.string().nullish(),
  shared: z.boolean().nullish(),
  region: z.string().nullish(),
  network: z.looseObject({ name: z.string().nullish() }).nullish(),
});
export type FlyIpAddress = z.infer<typeof FlyIpAddress>;

/** Fly lists the addresses that an app calls from beside those it is called at; a pair of them has no `ip` at all. */
const Listed = FlyIpAddress.extend({ ip: z.string().nullish(), egress: z.boolean().nullish() });

/** Kind of an address, which Fly does not reliably echo (alchemy, IpAssignment tests of 2026). */
export function ipType({ ip, shared }: FlyIpAddress): "v4" | "v6" | "shared_v4" | "private_v6" {
  if (ip.startsWith("fdaa:")) return "private_v6";
  if (ip.includes(":")) return "v6";
  return shared ? "shared_v4" : "v4";
}

const path = (app: string, ip = "") => `/v1/apps/${app}/ip_assignments${ip && `/${encodeURIComponent(ip)}`}`;

/** The app's addresses; `undefined` where the app is gone. */
export async function ipList(fly: FlyClient, app: string): Promise<FlyIpAddress[] | undefined> {
  const found = await find(fly, app, {
    operation: "IPAssignments_list",
    does: `list the addresses of app "${app}"`,
    method: "GET",
    path: path(app),
    repeat: "always",
    answer: z.looseObject({ ips: z.array(Listed).nullish() }),
  });
  return found && (found.ips ?? []).flatMap(({ ip, egress, ...rest }) => (ip && !egress ? [{ ip, ...rest }] : []));
}

/** Gives the app an address. */
export const ipCreate = (
  fly: FlyClient,
  app: string,
  body: { type: string; region?: string | undefined; network?: string | undefined },
) =>
  fly.send({
    operation: "IPAssignments_create",
    does: `give app "${app}" an address of type ${body.type}`,
    method: "POST",
    path: path(app),
    body,
    repeat: "unsent",
    answer: FlyIpAddress,
  });

/** Takes an address away; content where it is gone. */
export const ipDelete = (fly: FlyClient, app: string, ip: string) =>
  find(fly, app, {
    operation: "IPAssignments_delete",
    does: `take address ${ip} from app "${app}"`,
    method: "DELETE",
    path: path(app, ip),
    repeat: "always",
  });
