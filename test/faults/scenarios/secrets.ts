import type { Properties } from "../../../provider/value.ts";
import { nothing, of, type Scenario } from "../scenario.ts";

const secretsArgs = (app: string, values: Properties): Properties => ({ app, values });
const secretsBefore = (app: string) =>
  secretsArgs(app, {
    KEPT: "kept-value",
    CHANGED: "old-value",
    DROPPED: "dropped",
    MADE: { generate: { length: 32 } },
  });
const secretsAfter = (app: string) =>
  secretsArgs(app, { KEPT: "kept-value", CHANGED: "new-value", ADDED: "added", MADE: { generate: { length: 32 } } });
const secretLines = (app: string, ...names: string[]) => [`app ${app}`, ...names.map((name) => `secret ${name}`)];

/** Secrets that stay, change, come and go. */
export const secrets: Scenario[] = [
  ...of("Secrets", "secrets", {
    create: {
      command: "up",
      after: secretsBefore,
      expected: (app) => secretLines(app, "CHANGED", "DROPPED", "KEPT", "MADE"),
    },
    update: {
      command: "up",
      before: secretsBefore,
      after: secretsAfter,
      expected: (app) => secretLines(app, "ADDED", "CHANGED", "KEPT", "MADE"),
    },
    delete: { command: "destroy", before: secretsBefore, expected: nothing },
    refresh: {
      command: "refresh",
      before: secretsBefore,
      expected: (app) => secretLines(app, "CHANGED", "DROPPED", "KEPT", "MADE"),
    },
  }),
];
