import { formatDuration } from "../../fly/duration.ts";
import { defineRule } from "../rule.ts";
import { runningOf } from "../workload.ts";

// fly/api.md §9: what Fly does where nothing is said, and its ceiling.
const flyWaitsMs = 5_000;
const mostMs = 300_000;

export const stopTimeout = defineRule({
  id: "FLY-SHD-02",
  slug: "stop-timeout",
  title: "Processes have time to finish what they are doing",
  priority: "P2",
  why: "After Fly's default of 5 s the process is killed: requests and jobs under way are lost with every deploy.",
  fix: {
    component: "set `shutdown.timeout` to what is wanted, or longer for jobs",
    resource: "set `config.stopConfig.timeout` to what is wanted, or longer for jobs",
    flyctl: "`kill_timeout = 30`",
  },
  url: "https://fly.io/docs/reference/configuration/",
  rows: ["C2"],
  level: "resource",
  remedy: "safe",
  settings: {
    leastSeconds: { type: "number", default: 10, minimum: 1, maximum: 300, description: "Below it P2, in seconds." },
    goodSeconds: { type: "number", default: 30, minimum: 1, maximum: 300, description: "Below it P3, in seconds." },
  },
  // A job on a schedule ends by itself.
  subjects: runningOf,
  *check({ config }, { settings }) {
    const timeout = config.at("stopConfig.timeout");
    const ms = timeout.ms() ?? flyWaitsMs;
    const { path } = timeout;
    const found = timeout.present
      ? `is ${formatDuration(ms)}`
      : `is not set, so Fly waits ${formatDuration(flyWaitsMs)}`;
    const wanted = `${settings.goodSeconds}s or more, up to 300s`;
    const enough = { at: path, to: `${Math.max(settings.leastSeconds, settings.goodSeconds)}s` };
    if (ms > mostMs) yield { path, found, wanted, mend: { at: path, to: formatDuration(mostMs) } };
    else if (ms < settings.leastSeconds * 1000) yield { path, found, wanted, mend: enough };
    else if (ms < settings.goodSeconds * 1000) yield { path, found, wanted, priority: "P3", mend: enough };
  },
});
