import { defineCheckedRule } from "../rule.ts";

export const volumeFill = defineCheckedRule({
  id: "FLY-VOL-11",
  slug: "volume-fill",
  title: "Volumes have room",
  priority: "P1",
  why: "A full volume stops every write at once; databases do not come up again on one.",
  fix: {
    component: "a larger `storage.sizeGb`, or `storage.autoExtend`",
    resource: "a larger `sizeGb` on Volume, or extension in the mount",
    flyctl: "`fly volumes extend <id> --size <gb>`",
  },
  url: "https://fly.io/docs/volumes/volume-manage/",
  kind: "live",
  rows: ["B7", "D5"],
});
