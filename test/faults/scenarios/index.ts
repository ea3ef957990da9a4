import { core, type Scenario } from "../scenario.ts";
import { certificate } from "./certificate.ts";
import { deployToken } from "./deploy-token.ts";
import { machine } from "./machine.ts";
import { managedPostgres } from "./managed-postgres.ts";
import { running } from "./running.ts";
import { volumeSnapshot } from "./volume-snapshot.ts";

/** Every kind of resource in every command; each noun that is not of the core has a file here. */
export const scenarios: Scenario[] = [
  ...core,
  ...certificate,
  ...deployToken,
  ...machine,
  ...managedPostgres,
  ...running,
  ...volumeSnapshot,
];
