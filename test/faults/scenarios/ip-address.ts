import { nothing, of, type Scenario } from "../scenario.ts";

/** An address, of which nothing can be changed. */
export const ipAddress: Scenario[] = [
  ...of("IpAddress", "an address", {
    create: { command: "up", after: (app) => ({ app, type: "v6" }), expected: (app) => [`app ${app}`, "ip v6"] },
    delete: { command: "destroy", before: (app) => ({ app, type: "v6" }), expected: nothing },
    refresh: { command: "refresh", before: (app) => ({ app, type: "v6" }), expected: (app) => [`app ${app}`, "ip v6"] },
  }),
];
