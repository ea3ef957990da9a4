import { eachPort, handlersOf, includes, isFlycastOnly, isPrivate } from "../reach.ts";
import { defineRule } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

export const httpsRedirect = defineRule({
  id: "FLY-NET-01",
  slug: "https-redirect",
  title: "Plain HTTP is redirected to HTTPS",
  priority: "P1",
  why: "Without the redirect, sessions and passwords of those who come by http:// cross the network in clear.",
  fix: {
    component: "leave the ports to `http`, which redirects; `raw.services` must not undo it",
    resource: "set `forceHttps: true` on the port with the http handler",
    flyctl: "`force_https = true` under [http_service]",
  },
  url: "https://fly.io/docs/networking/services/",
  rows: ["B2"],
  level: "stack",
  subjects: workloadsOf,
  *check(workload, { view }) {
    yield* eachPort(workload, function* (port) {
      const handlers = handlersOf(port);
      // On 443 a redirect would lead to itself: there FLY-NET-02 speaks.
      if (!handlers.includes("http") || handlers.includes("tls") || includes(port, 443)) return;
      const redirect = port.port.at("forceHttps");
      if (redirect.flag() === true) return;
      // Flycast speaks plain HTTP only, so a redirect would break its callers.
      if (isPrivate(workload.app, view) || isFlycastOnly(workload.app, view)) return;
      yield { path: redirect.path, found: redirect.present ? "is false" : "is not set", wanted: "true" };
    });
  },
});
