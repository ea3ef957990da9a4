import { defineCheckedRule } from "../rule.ts";

export const failoverDrill = defineCheckedRule({
  id: "FLY-PGS-06",
  slug: "failover-drill",
  title: "Failover of Postgres was tried",
  priority: "P2",
  why: "A standby that was never promoted may not be able to be, and clients may hold on to the primary that is gone.",
  fix: {
    component: "`airworthy drill failover --cluster <app>`",
    resource: "`airworthy drill failover --cluster <app>`",
    flyctl: "`fly machine stop <primary>`, and see that another machine becomes primary",
  },
  url: "https://fly.io/docs/postgres/",
  kind: "evidence",
  rows: ["C4"],
  drill: "failover",
});
