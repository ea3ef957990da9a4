import { defineCheckedRule } from "../rule.ts";

export const postgresReplicas = defineCheckedRule({
  id: "FLY-PGS-07",
  slug: "postgres-replicas",
  title: "Postgres is ready and has a replica that keeps up",
  priority: "P1",
  why: "Without a replica that keeps up, the end of the primary is an outage, and what was not copied is lost.",
  fix: {
    component: 'PostgresCluster with `kind: "managed"`',
    resource: "ManagedPostgres",
    flyctl: "`fly mpg status <id>`; a ticket where it stays so",
  },
  url: "https://fly.io/docs/mpg/",
  kind: "live",
  rows: ["C4"],
});
