import { defineRule } from "../rule.ts";
import { clustersOf, databasesOf } from "../view.ts";

export const databasesProtected = defineRule({
  id: "FLY-PGS-04",
  slug: "databases-protected",
  title: "Clusters and databases are protected",
  priority: "P1",
  why: "Deleting a cluster deletes its backups too: one line too few in a program, and the data is gone.",
  fix: {
    component: "leave `protect` on: PostgresCluster sets it",
    resource: "give it the resource option `protect: true`",
    flyctl: "Fly has no such protection; keep `fly mpg destroy` to those who need it",
  },
  url: "https://fly.io/docs/mpg/",
  rows: ["C4"],
  level: "resource",
  subjects: (view) => [...clustersOf(view), ...databasesOf(view)],
  *check({ resource }) {
    if (!resource.protect) yield { path: "option protect", found: "is not set", wanted: "true" };
  },
});
