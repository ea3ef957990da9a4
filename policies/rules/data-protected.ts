import { defineRule } from "../rule.ts";
import { appsOf, someOf, volumesOf } from "../view.ts";
import { volumeHoldersOf } from "../workload.ts";

export const dataProtected = defineRule({
  id: "FLY-VOL-03",
  slug: "data-protected",
  title: "Volumes, and the apps that own them, are protected",
  priority: "P1",
  why: "Deleting an app deletes its volumes and their snapshots with it; there is no way back.",
  fix: {
    component: "leave `protect` on: ProductionApp sets it on volumes and their app",
    resource: "give it the resource option `protect: true`",
    flyctl: "Fly has no such protection; keep `fly apps destroy` to those who need it",
  },
  url: "https://fly.io/docs/volumes/overview/",
  rows: ["B7"],
  level: "stack",
  subjects: (view) => [...volumesOf(view), ...appsOf(view)],
  *check({ resource, read }, { view }) {
    if (resource.protect) return;
    const isApp = resource.type.endsWith(":App");
    if (isApp && !someOf(volumeHoldersOf(view), "app", read.at("name"), () => true)) return;
    const found = isApp ? "is not set, and the app owns volumes" : "is not set";
    yield { path: "option protect", found, wanted: "true" };
  },
});
