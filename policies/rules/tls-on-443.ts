import { eachPort, handlersOf, includes } from "../reach.ts";
import { defineRule } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

export const tlsOn443 = defineRule({
  id: "FLY-NET-02",
  slug: "tls-on-443",
  title: "Port 443 speaks TLS",
  priority: "P1",
  why: "With http and no tls, the proxy expects plain HTTP on 443: every https:// address of the app fails.",
  fix: {
    component: "leave the ports to `http`, which puts tls on 443; `raw.services` must not undo it",
    resource: 'set `handlers: ["tls", "http"]` on port 443, or none at all if the app itself speaks TLS',
    flyctl: '`handlers = ["tls", "http"]` under [[services.ports]] with port = 443',
  },
  url: "https://fly.io/docs/networking/services/",
  rows: ["B2"],
  level: "resource",
  subjects: workloadsOf,
  *check(workload) {
    yield* eachPort(workload, function* (port) {
      if (!includes(port, 443)) return;
      const handlers = handlersOf(port);
      // Without a handler that looks into the bytes they go through as they are, and the app may speak TLS itself.
      if (handlers.includes("tls") || !(handlers.includes("http") || handlers.includes("edge_http"))) return;
      yield { path: port.port.at("handlers").path, found: "has http without tls on port 443", wanted: "tls before it" };
    });
  },
});
