import type { Subject } from "./subject.ts";

export const app: Subject = {
  type: "App",
  base: ({ app }) => ({ name: `${app}-own`, orgSlug: "local", network: "inside", private: true }),
  changed: { name: "renamed", orgSlug: "another", network: "outside", private: false },
  unsaid: ["private"],
};
