import { isUnmanagedPostgres } from "../image.ts";
import { defineRule } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

export const managedPostgres = defineRule({
  id: "FLY-PGS-01",
  slug: "managed-postgres",
  title: "Postgres is Fly's managed one",
  priority: "P2",
  why: "Fly supports only Managed Postgres: with the images, failover, backups, upgrades and full disks are yours to handle.",
  fix: {
    component: 'use `new PostgresCluster(…, { kind: "managed" })` and give its `connectionString` to `secrets`',
    resource: "use ManagedPostgres and give its `connectionString` to Secrets",
    flyctl: "`fly mpg create`, then `fly mpg import`",
  },
  url: "https://fly.io/docs/mpg/",
  rows: ["C4"],
  level: "resource",
  subjects: workloadsOf,
  *check({ config }) {
    const image = config.at("image");
    if (!isUnmanagedPostgres(image.text())) return;
    yield { path: image.path, found: "is an unmanaged Postgres", wanted: "Managed Postgres" };
  },
});
