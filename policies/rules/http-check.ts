import { handlersOf } from "../reach.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

/** Whether the proxy speaks HTTP/1 to the process. gRPC needs HTTP/2, which Fly's checks do not speak. */
function speaksHttp(service: Reading): boolean {
  const ports = service.at("ports").list();
  const isGrpc = ports.some((port) => port.at("httpOptions.h2Backend").flag() === true);
  return !isGrpc && ports.some((port) => handlersOf({ service, port }).includes("http"));
}

export const httpCheck = defineRule({
  id: "FLY-HLT-02",
  slug: "http-check",
  title: "What speaks HTTP is checked over HTTP",
  priority: "P2",
  why: "A port that is open proves nothing: a server that answers every request with an error goes on getting traffic.",
  fix: {
    component: "leave the check to `http.check`, which is one over HTTP",
    resource: "make the service's check `type: http` with the path of a page that answers 200",
    flyctl: "[[http_service.checks]] with path, in place of [[services.tcp_checks]]",
  },
  url: "https://fly.io/docs/reference/health-checks/",
  rows: ["C1"],
  level: "resource",
  // The page that is asked must be there and answer 200.
  remedy: "asked",
  subjects: workloadsOf,
  *check(workload) {
    yield* each(workload.services(), function* (service) {
      const types = service
        .at("checks")
        .list()
        .map((check) => check.at("type"));
      const [first] = types;
      // Where there is no check at all, FLY-HLT-01 speaks.
      if (first === undefined || !speaksHttp(service) || types.some((type) => type.text() === "http")) return;
      const { path } = first;
      yield { path, found: "asks only whether the port is open", wanted: "http", mend: { at: path, to: "http" } };
    });
  },
});
