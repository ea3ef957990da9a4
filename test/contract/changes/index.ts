import { app } from "./app.ts";
import { certificate } from "./certificate.ts";
import { deployToken } from "./deploy-token.ts";
import { ipAddress } from "./ip-address.ts";
import { machine } from "./machine.ts";
import {
  managedPostgres,
  managedPostgresAttachment,
  managedPostgresDatabase,
  managedPostgresUser,
} from "./managed-postgres.ts";
import { processGroup } from "./process-group.ts";
import { secrets } from "./secrets.ts";
import type { Subject } from "./subject.ts";
import { volume } from "./volume.ts";
import { volumeSnapshot } from "./volume-snapshot.ts";

/** A subject for every resource there is. */
export const subjects: Subject[] = [
  app,
  certificate,
  deployToken,
  ipAddress,
  machine,
  managedPostgres,
  managedPostgresAttachment,
  managedPostgresDatabase,
  managedPostgresUser,
  processGroup,
  secrets,
  volume,
  volumeSnapshot,
];
