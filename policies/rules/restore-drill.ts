import { defineCheckedRule } from "../rule.ts";

export const restoreDrill = defineCheckedRule({
  id: "FLY-VOL-09",
  slug: "restore-drill",
  title: "Restoring a volume from its snapshot was tried",
  priority: "P2",
  why: "A backup that was never restored is a hope: whether it can be, and how long that takes, is learnt in the outage.",
  fix: {
    component: "`airworthy drill restore --app <app>`",
    resource: "`airworthy drill restore --app <app>`",
    flyctl: "`fly volumes create <name> --snapshot-id <id>`, look, `fly volumes destroy <id>`",
  },
  url: "https://fly.io/docs/volumes/snapshots/",
  kind: "evidence",
  rows: ["B7"],
  drill: "restore",
});
