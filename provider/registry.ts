import { app } from "./app.ts";
import { certificate } from "./certificate.ts";
import { deployToken } from "./deploy-token.ts";
import { ipAddress } from "./ip-address.ts";
import type { Lifecycle } from "./lifecycle.ts";
import { machine } from "./machine/lifecycle.ts";
import { managedPostgres } from "./managed-postgres.ts";
import { managedPostgresAttachment } from "./managed-postgres-attachment.ts";
import { managedPostgresDatabase } from "./managed-postgres-database.ts";
import { managedPostgresUser } from "./managed-postgres-user.ts";
import { processGroup } from "./process-group/lifecycle.ts";
import { heldByPins } from "./process-group/pin.ts";
import { secrets } from "./secrets.ts";
import { volume } from "./volume.ts";
import { volumeSnapshot } from "./volume-snapshot.ts";

/** Every resource there is. */
export const lifecycles: readonly Lifecycle[] = [
  app,
  certificate,
  deployToken,
  ipAddress,
  machine,
  managedPostgres,
  managedPostgresAttachment,
  managedPostgresDatabase,
  managedPostgresUser,
  heldByPins(processGroup),
  secrets,
  volume,
  volumeSnapshot,
];
