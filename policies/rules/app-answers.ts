import { defineCheckedRule } from "../rule.ts";

export const appAnswers = defineCheckedRule({
  id: "FLY-NET-09",
  slug: "app-answers",
  title: "The app answers at its public name",
  priority: "P1",
  why: "Machines that run and pass their checks are no use where no address, no DNS record or no service leads to them.",
  fix: {
    component: "give a group `http`, and leave the addresses to the component",
    resource: "declare IpAddress and a service with handlers on port 443",
    flyctl: "`fly ips allocate-v6`, `fly ips allocate-v4 --shared`, and `fly logs` for what the app says",
  },
  url: "https://fly.io/docs/networking/services/",
  kind: "live",
  rows: ["B1"],
});
