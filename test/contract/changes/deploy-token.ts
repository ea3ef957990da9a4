import type { Subject } from "./subject.ts";

export const deployToken: Subject = {
  type: "DeployToken",
  base: ({ app }) => ({
    app,
    scope: "app",
    reason: "CI of the shop deploys with it",
    name: "ci",
    expiresIn: "90d",
    rotateAfter: "60d",
    rotationTriggers: ["ana"],
  }),
  changed: {
    app: "another",
    scope: "organization",
    reason: "CI of shop and till deploys with it",
    name: "cd",
    expiresIn: "120d",
    rotateAfter: "30d",
    rotationTriggers: ["ana", "ben"],
  },
  without: { scope: ["app"] },
  unsaid: ["reason", "rotateAfter"],
};
