import { cpuKinds } from "../../fly/sizes.ts";
import { imageOf } from "../image.ts";
import { type Reading, readable } from "../reading.ts";
import { defineRule } from "../rule.ts";
import { runningOf, type Workload } from "../workload.ts";

/** What Fly gives where nothing is said. */
function presetMb(config: Reading): number {
  const kind = config.at("guest.cpuKind").text() === "performance" ? cpuKinds.performance : cpuKinds.shared;
  return kind.least * (config.at("guest.cpus").number() ?? 1);
}

/** Official images of runtimes that keep a heap and grow it before they collect: they are the first to be killed. */
const heapImage = /(^|\/)(node|openjdk|eclipse-temurin|amazoncorretto|ruby)$|(^|\/)dotnet\/(aspnet|runtime|sdk)$/;
const heapCommand = /^(\S*\/)?(node|java|dotnet|ruby)$/;

function hasHeap({ config }: Workload): boolean {
  if (heapImage.test(imageOf(config.at("image").text()).name)) return true;
  const init = config.at("init");
  return ["exec", "entrypoint", "cmd"].some((key) => heapCommand.test(init.at(key).list()[0]?.text() ?? ""));
}

export const enoughMemory = defineRule({
  id: "FLY-SIZ-02",
  slug: "enough-memory",
  title: "A service has memory to spare, or swap",
  priority: "P2",
  why: "When memory runs out the kernel kills the process in the middle of requests; at 256 MB that is among Fly's most reported troubles.",
  fix: {
    component: "leave `memoryMb` out, or set 512 or more",
    resource: "set `config.guest.memoryMb` to 512 or more, or `config.init.swapSizeMb`",
    flyctl: "`fly scale memory 512`, or `swap_size_mb = 512`",
  },
  url: "https://fly.io/docs/apps/scale-machine/",
  rows: ["D5"],
  level: "resource",
  remedy: "asked",
  settings: {
    leastMb: { type: "integer", default: 512, minimum: 256, maximum: 131_072, description: "Least memory, in MB." },
  },
  subjects: runningOf,
  *check(workload, { settings }) {
    const { config } = workload;
    const memory = config.at("guest.memoryMb");
    const mb = memory.number() ?? presetMb(config);
    if (mb >= settings.leastMb || (config.at("init.swapSizeMb").number() ?? 0) > 0) return;
    const serves = workload.services().length > 0;
    // What serves nobody may be as small as it likes, unless its runtime says otherwise.
    const heap = serves ? readable(() => hasHeap(workload)) === true : hasHeap(workload);
    if (!heap && !serves) return;
    const { path } = memory;
    const found = memory.present ? `is ${mb}` : `is not set, which means ${mb}`;
    // Memory comes in steps of 256 MB (fly/sizes.ts).
    const mend = { at: path, to: Math.ceil(settings.leastMb / 256) * 256 };
    yield { path, found, wanted: `at least ${settings.leastMb}, or swap`, mend, priority: heap ? "P2" : "P3" };
  },
});
