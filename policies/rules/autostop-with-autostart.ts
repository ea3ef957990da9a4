import { defineRule, each } from "../rule.ts";
import { autostopOf, workloadsOf } from "../workload.ts";

export const autostopWithAutostart = defineRule({
  id: "FLY-AVL-04",
  slug: "autostop-with-autostart",
  title: "What the proxy stops, it starts again",
  priority: "P1",
  why: "With autostop and no autostart the proxy stops idle machines one after another and starts none: the site goes down.",
  fix: {
    component: "do not turn autostart off in `raw`, or set `http.autostop` to off",
    resource: "set `autostart: true`, or `autostop: off`",
    flyctl: "`auto_start_machines = true` under [http_service]",
  },
  url: "https://fly.io/docs/launch/autostop-autostart/",
  rows: ["C3"],
  level: "resource",
  remedy: "safe",
  subjects: workloadsOf,
  *check(workload) {
    yield* each(workload.services(), function* (service) {
      const start = service.at("autostart");
      const { path } = start;
      if (autostopOf(service) === "off" || start.flag() !== false) return;
      const wanted = "true, as autostop is on";
      yield { path, found: "is false while autostop is on", wanted, mend: { at: path, to: true } };
    });
  },
});
