import { isReachable } from "../call.ts";
import { refuse } from "../errors.ts";
import { isOurs } from "../handlers/app.ts";
import { type Asking, appView, connection, organizationId, organizationView } from "./view.ts";

/** An app that the caller may not see is not found: assumed. */
export function app(asking: Asking, { name = "" }: { name?: string }) {
  const found = asking.world.apps.get(name);
  if (found === undefined || !isReachable(asking.caller, found)) refuse("graphqlAppMissing");
  return appView(asking, found);
}

export function organization(asking: Asking, { id, slug }: { id?: string; slug?: string }) {
  const isMine = id === undefined ? isOurs(slug ?? "", asking) : id === organizationId(asking.caller.org);
  if (!isMine) refuse("graphqlOrgMissing");
  return organizationView(asking);
}

export const organizations = (asking: Asking) => connection([organizationView(asking)]);
