import { isUnmanagedPostgres } from "../image.ts";
import { defineRule } from "../rule.ts";
import { groupsAndLikeMachines, isGroup, primaryRegionOf, type Workload } from "../workload.ts";

// Of two, neither can tell whether the other is down or cut off.
const quorum = 3;

const isPostgres = ({ config }: Workload) => isUnmanagedPostgres(config.at("image").text());

export const postgresQuorum = defineRule({
  id: "FLY-PGS-02",
  slug: "postgres-quorum",
  title: "An unmanaged Postgres has three nodes in its primary region",
  priority: "P1",
  why: "One node has no standby, and two cannot vote: when one fails, the other refuses writes, or both accept them.",
  fix: {
    component: "ask for three machines in the primary region in `groups.<name>.regions`",
    resource: "give `slots` three slots in the region of PRIMARY_REGION",
    flyctl: "`fly machine clone <id> --region <primary>` until there are three",
  },
  url: "https://fly.io/docs/postgres/advanced-guides/high-availability-and-global-replication/",
  rows: ["C4"],
  level: "stack",
  subjects: (view) => groupsAndLikeMachines(view, isPostgres),
  *check(group) {
    if (!isPostgres(group)) return;
    const machines = group.machines();
    const primary = primaryRegionOf(group);
    const there = machines.filter(({ region }) => region.text() === primary).length;
    if (there >= quorum) return;
    const path = isGroup(group) ? "slots" : "region";
    const count = there === 1 ? "1 machine" : `${there} machines`;
    yield { path, found: `puts ${count} in the primary region`, wanted: `at least ${quorum}` };
  },
});
