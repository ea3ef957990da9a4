import { defineCheckedRule } from "../rule.ts";

export const platformStatus = defineCheckedRule({
  id: "FLY-STS-01",
  slug: "platform-status",
  title: "Fly reports no trouble where the app runs",
  priority: "P2",
  why: "A deploy during an incident fails half-way or takes down what still runs.",
  fix: {
    component: "wait until Fly's status page says so, or deploy to other regions",
    resource: "wait until Fly's status page says so, or deploy to other regions",
    flyctl: "wait until https://status.flyio.net says so",
  },
  url: "https://fly.io/docs/about/support/",
  kind: "live",
  rows: ["D3", "E1"],
});
