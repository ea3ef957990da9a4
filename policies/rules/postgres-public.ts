import { eachPort, isPublic, leadsToPostgres } from "../reach.ts";
import { defineRule } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

export const postgresPublic = defineRule({
  id: "FLY-PGS-03",
  slug: "postgres-public",
  title: "No Postgres is on the internet",
  priority: "P1",
  why: "Scanners find it within minutes, and one weak or leaked password is all that then protects the data.",
  fix: {
    component: "take the port out of `raw.services`: apps reach it over the private network",
    resource: "take the port out: apps reach it over the private network, people by `fly proxy 5432`",
    flyctl: "take the service out of fly.toml, or `fly ips release` the public addresses",
  },
  url: "https://fly.io/docs/postgres/connecting/connecting-external/",
  rows: ["C4"],
  level: "stack",
  subjects: workloadsOf,
  *check(workload, { view }) {
    yield* eachPort(workload, function* (port) {
      if (!leadsToPostgres(port) || !isPublic(workload.app, view)) return;
      yield { path: port.port.path, found: "leads to Postgres from the internet", wanted: "no public port" };
    });
  },
});
