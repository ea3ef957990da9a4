import { core, type Scenario } from "../scenario.ts";

/** Every kind of resource in every command; each noun that is not of the core has a file here. */
export const scenarios: Scenario[] = [...core];
