import { eachPort, isPublic, leadsToPostgres, rangeOf } from "../reach.ts";
import { defineRule } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

/** HTTP and HTTPS, and the alternatives to both that are in use (IANA: http-alt; 8443 by custom). */
const webPorts = [80, 443, 8080, 8443];

export const publicPorts = defineRule({
  id: "FLY-NET-04",
  slug: "public-ports",
  title: "Only web ports are open to the internet",
  priority: "P1",
  why: "Databases, caches, SSH and the ports of debuggers are found and tried within minutes of being reachable.",
  fix: {
    component: "take the port out of `raw.services`; inside the private network no service is needed",
    resource: "take the port out, or give the app an IpAddress of type private_v6 only",
    flyctl: "take the port out of [[services]]; `fly proxy` reaches it from your own machine",
  },
  url: "https://fly.io/docs/networking/services/",
  rows: ["F1"],
  level: "stack",
  subjects: workloadsOf,
  *check(workload, { view }) {
    yield* eachPort(workload, function* (port) {
      const range = rangeOf(port);
      if (range === undefined) return;
      const { from, to, path } = range;
      if (webPorts.filter((web) => from <= web && web <= to).length === to - from + 1) return;
      // There FLY-PGS-03 speaks.
      if (leadsToPostgres(port) || !isPublic(workload.app, view)) return;
      const found = `is ${from === to ? from : `${from} to ${to}`}, open to the internet`;
      yield { path, found, wanted: `one of ${webPorts.join(", ")}` };
    });
  },
});
