import { isReachable } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import { appView } from "./app.ts";
import type { Asking } from "./view.ts";

/** A volume by its id alone: flyctl finds out so whose it is. */
export function volume(asking: Asking, { id }: { id: string }) {
  const found = asking.world.volumes.get(id);
  const app = found && asking.world.apps.get(found.app);
  if (found === undefined || app === undefined || !isReachable(asking.caller, app)) refuse("graphqlVolumeMissing");
  const { name, region, sizeGb, state, encrypted } = found;
  return {
    ...{ id, name, region, sizeGb, state, encrypted },
    createdAt: rfc3339(found.createdAt),
    app: appView(asking, app),
  };
}
