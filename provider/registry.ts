import { app } from "./app.ts";
import { ipAddress } from "./ip-address.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { processGroup } from "./process-group/lifecycle.ts";
import { secrets } from "./secrets.ts";
import { volume } from "./volume.ts";

/** Every resource there is. */
export const lifecycles: readonly Lifecycle[] = [app, ipAddress, processGroup, secrets, volume];
