import { defineCheckedRule } from "../rule.ts";

export const secretsDeployed = defineCheckedRule({
  id: "FLY-SEC-10",
  slug: "secrets-deployed",
  title: "Secrets that are set are deployed",
  priority: "P2",
  why: "Machines keep the secrets they were started with: a rotated key that was only staged is still the old one, and the next restart changes the app unannounced.",
  fix: {
    component: "set them in `secrets`: a change rolls the machines",
    resource: "Secrets, with its version as the group's `minSecretsVersion`",
    flyctl: "`fly secrets deploy`",
  },
  url: "https://fly.io/docs/apps/secrets/",
  kind: "live",
  rows: ["A2"],
});
