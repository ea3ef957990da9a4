import type { Properties } from "../../../provider/value.ts";
import { of, type Scenario } from "../scenario.ts";

const args = (app: string): Properties => ({ app, expiresIn: "90d", rotateAfter: "60d" });
const expected = (app: string) => [`app ${app}`, "token shop/dev swept"];

/** A rotation is a create and then a delete. */
export const deployToken: Scenario[] = of("DeployToken", "a deploy token", {
  create: { command: "up", after: args, expected },
  update: { command: "up", before: args, after: (app) => ({ ...args(app), rotateAfter: "30d" }), expected },
  delete: { command: "destroy", before: args, expected: (app) => [`app ${app}`] },
  refresh: { command: "refresh", before: args, expected },
});
