import { core, type Scenario } from "../scenario.ts";
import { deployToken } from "./deploy-token.ts";
import { managedPostgres } from "./managed-postgres.ts";

/** Every kind of resource in every command; each noun that is not of the core has a file here. */
export const scenarios: Scenario[] = [...core, ...deployToken, ...managedPostgres];
