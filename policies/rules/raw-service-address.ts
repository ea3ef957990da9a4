import { eachPort, hasAddress, leadsToPostgres, needsOwnIpv4 } from "../reach.ts";
import { defineRule } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

export const rawServiceAddress = defineRule({
  id: "FLY-NET-07",
  slug: "raw-service-address",
  title: "Raw TCP and UDP have an IPv4 address of their own",
  priority: "P1",
  why: "A shared address tells apps apart by host name: a connection without one reaches nobody.",
  fix: {
    component: "add `new IpAddress(…, { app, type: 'v4' })`, or give the port the tls handler in `raw.services`",
    resource: "add an IpAddress of type v4, or give the port the tls handler",
    flyctl: "`fly ips allocate-v4`",
  },
  url: "https://fly.io/docs/networking/services/",
  rows: ["B1"],
  level: "stack",
  subjects: workloadsOf,
  *check(workload, { view }) {
    const { app } = workload;
    yield* eachPort(workload, function* (port) {
      if (!needsOwnIpv4(port)) return;
      // A database has no business on the internet at all: there FLY-PGS-03 speaks.
      if (leadsToPostgres(port)) return;
      if (!hasAddress(app, view, "shared_v4") || hasAddress(app, view, "v4")) return;
      const udp = port.service.at("protocol").text() === "udp";
      const found = `takes ${udp ? "UDP" : "raw TCP"}, and the app's only IPv4 address is a shared one`;
      yield { path: port.port.path, found, wanted: udp ? "an address of type v4" : "an address of type v4, or tls" };
    });
  },
});
