import { defineRule } from "../rule.ts";
import { runningOf } from "../workload.ts";

export const stopSignal = defineRule({
  id: "FLY-SHD-01",
  slug: "stop-signal",
  title: "Processes are asked to stop by a declared signal, not killed",
  priority: "P2",
  why: "Fly's default is SIGINT, which many servers ignore, and then requests are cut off with every deploy.",
  fix: {
    component: "leave `shutdown.signal` at SIGTERM, or name the one the process stops on",
    resource: "set `config.stopConfig.signal` to SIGTERM, or the one the process stops on",
    flyctl: '`kill_signal = "SIGTERM"`',
  },
  url: "https://fly.io/docs/reference/configuration/",
  rows: ["C2"],
  level: "resource",
  remedy: "asked",
  // A job on a schedule ends by itself.
  subjects: runningOf,
  *check({ config }) {
    const signal = config.at("stopConfig.signal");
    const { path } = signal;
    const mend = { at: path, to: "SIGTERM" };
    const name = signal.text();
    // Any other is left alone: Postgres stops fast on SIGINT and nginx gracefully on SIGQUIT.
    if (name === undefined)
      yield { path, found: "is not set", wanted: "the signal the process stops on, mostly SIGTERM", mend };
    if (name === "SIGKILL")
      yield { path, found: "is SIGKILL", wanted: "a signal the process can act on, mostly SIGTERM", mend };
  },
});
