import type { Reading } from "../reading.ts";
import { defineRule, each } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

// flyctl wrote connections with limits of 20 and 25 for every app once, and 1000 for Phoenix, whose pages keep a web socket.
const manyConnections = 500;

/** Whether somebody chose to count connections, of which so many at once are those of people and not of requests. */
const staysOpen = (service: Reading): boolean =>
  service.at("concurrency.type").present && (service.at("concurrency.softLimit").number() ?? 0) >= manyConnections;

export const requestCounting = defineRule({
  id: "FLY-CON-02",
  slug: "request-counting",
  title: "HTTP services count requests",
  priority: "P3",
  why: "Fly's proxy keeps connections open and sends many requests over each: counted by connections a busy machine looks idle.",
  fix: {
    component: 'set `http.concurrency.type` to "requests", or leave it out',
    resource: 'set the service\'s `concurrency.type` to "requests"',
    flyctl: '`type = "requests"` under [http_service.concurrency]',
  },
  url: "https://fly.io/docs/reference/concurrency/",
  rows: ["B6"],
  level: "resource",
  remedy: "safe",
  subjects: workloadsOf,
  *check(workload) {
    yield* each(workload.services(), function* (service) {
      // Where nothing at all is said it is FLY-CON-01 that speaks.
      if (!service.at("concurrency").present) return;
      const type = service.at("concurrency.type");
      const { path } = type;
      if ((type.text() ?? "connections") !== "connections" || staysOpen(service)) return;
      const handlers = service
        .at("ports")
        .list()
        .flatMap((port) => port.at("handlers").list());
      if (!handlers.some((handler) => handler.text() === "http")) return;
      const found = type.present ? "is connections" : "is not set, which means connections";
      yield { path, found, wanted: "requests", mend: { at: path, to: "requests" } };
    });
  },
});
