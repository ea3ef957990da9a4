import type { Scenario } from "../scenario.ts";
import { app } from "./app.ts";
import { certificate } from "./certificate.ts";
import { deployToken } from "./deploy-token.ts";
import { ipAddress } from "./ip-address.ts";
import { machine } from "./machine.ts";
import { managedPostgres } from "./managed-postgres.ts";
import { processGroup } from "./process-group.ts";
import { running } from "./running.ts";
import { secrets } from "./secrets.ts";
import { volume } from "./volume.ts";
import { volumeSnapshot } from "./volume-snapshot.ts";

/** Every kind of resource in every command, a file a noun. */
export const scenarios: Scenario[] = [
  ...app,
  ...certificate,
  ...deployToken,
  ...ipAddress,
  ...machine,
  ...managedPostgres,
  ...processGroup,
  ...running,
  ...secrets,
  ...volume,
  ...volumeSnapshot,
];
