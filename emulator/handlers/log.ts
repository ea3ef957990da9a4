import { type Answer, appOf, type Call } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import type { LogLine, MachineLog } from "../log.ts";

// Fly's web API, which flyctl reads when it cannot follow live (fly-go, GetAppLogs).

/** Lines of a page (distilled, Logs). */
const mostListed = 100;

const lineView = ({ machine: instance, region, line }: Pick<MachineLog, "machine" | "region"> & { line: LogLine }) => ({
  id: line.cursor,
  attributes: {
    timestamp: rfc3339(line.at),
    message: line.message,
    level: "info",
    instance,
    region,
    meta: { instance, region, event: { provider: line.by } },
  },
});

/**
 * What an app's machines printed, oldest first. Assumed: without a token the newest page, with one what came after the
 * last line that was read.
 */
export function logList(call: Call): Answer {
  const { world, query } = call;
  const app = appOf(call);
  const token = query.get("next_token") ?? "";
  const [instance, region] = [query.get("instance") || undefined, query.get("region") || undefined];
  const lines = world.logs
    .of(app.name)
    .filter((log) => (instance ?? log.machine) === log.machine && (region ?? log.region) === log.region)
    .flatMap((log) => log.lines.map((line) => ({ ...log, line })))
    .filter(({ line }) => line.cursor > token)
    .sort((a, b) => (a.line.cursor < b.line.cursor ? -1 : 1));
  const page = token === "" ? lines.slice(-mostListed) : lines.slice(0, mostListed);
  return { status: 200, body: { data: page.map(lineView), meta: { next_token: page.at(-1)?.line.cursor ?? token } } };
}
