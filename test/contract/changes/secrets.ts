import type { Subject } from "./subject.ts";

export const secrets: Subject = {
  type: "Secrets",
  base: ({ app }) => ({ app, values: { SESSION_KEY: "first" } }),
  changed: { app: "another", values: { SESSION_KEY: "second" } },
};
