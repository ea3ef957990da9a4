import { defineCheckedRule } from "../rule.ts";

export const snapshotsRecent = defineCheckedRule({
  id: "FLY-VOL-10",
  slug: "snapshots-recent",
  title: "Each volume has a recent snapshot",
  priority: "P1",
  why: "A volume lives on one host: when that dies, the newest snapshot is all that is left of the data.",
  fix: {
    component: "leave `storage.snapshots` on",
    resource: "`autoBackup: true` on Volume",
    flyctl: "`fly volumes update <id> --scheduled-snapshots=true`, `fly volumes snapshots create <id>`",
  },
  url: "https://fly.io/docs/volumes/snapshots/",
  kind: "live",
  rows: ["B7"],
});
