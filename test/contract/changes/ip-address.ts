import type { Subject } from "./subject.ts";

export const ipAddress: Subject = {
  type: "IpAddress",
  base: ({ app }) => ({ app, type: "private_v6" }),
  changed: { app: "another", type: "v6", region: "iad", network: "inside" },
};
