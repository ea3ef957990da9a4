import { FlyClient } from "../../fly/client.ts";
import { endpointProblem, flyApiOrigin, flyOrigin, isLoopback } from "../../fly/endpoint.ts";
import { isFlyError } from "../../fly/errors.ts";
import { statusAddresses } from "../../fly/status-page.ts";
import { bareToken } from "../../fly/token.ts";
import type { Subject } from "./check.ts";
import type { ReadinessOptions } from "./readiness.ts";

type Environment = Record<string, string | undefined>;
type Reached = Pick<Subject, "token" | "flaps" | "apiUrl" | "metricsUrl" | "publicUrl" | "status" | "now">;

/** Finds out which Fly is meant, without sending anything to it. */
export async function subjectOf(options: ReadinessOptions): Promise<Subject & AsyncDisposable> {
  const environment = options.environment ?? process.env;
  const reached = await (options.local ? localFly : atFly)(options, environment);
  const connection = connected(reached);
  return {
    ...reached,
    local: options.local ?? false,
    org: options.org || undefined,
    apps: options.apps ?? [],
    clusters: options.clusters ?? [],
    metricsUrl: environment["AIRWORTHY_METRICS_URL"] || reached.metricsUrl,
    prometheusUrl: environment["AIRWORTHY_PROMETHEUS_URL"] || undefined,
    alertmanagerUrl: environment["AIRWORTHY_ALERTMANAGER_URL"] || undefined,
    publicUrl: options.publicUrl ?? reached.publicUrl,
    // Read when it is asked for: a file that cannot be read is the business of who judges it.
    get evidence() {
      return options.evidence?.() ?? [];
    },
    now: options.now ?? reached.now,
    fly: connection.client,
    [Symbol.asyncDispose]: connection.close,
  };
}

async function localFly(options: ReadinessOptions, environment: Environment): Promise<Reached> {
  const { startLocalFly } = await import("../../emulator/locate.ts");
  const { url, token } = await startLocalFly(process.cwd(), { profile: "instant" });
  return {
    token: { value: token, from: "the local Fly" },
    flaps: { url, name: `the local Fly at ${new URL(url).host}` },
    apiUrl: url,
    // It keeps no series: only who runs a Prometheus over it has any.
    metricsUrl: undefined,
    publicUrl: undefined,
    status: statusAddresses(environment, options.statusUrl ?? url),
    now: await timeAt(url),
  };
}

async function atFly(options: ReadinessOptions, environment: Environment): Promise<Reached> {
  const url = options.flapsUrl || environment["FLY_FLAPS_BASE_URL"] || flyOrigin;
  const apiUrl = options.apiUrl || environment["FLY_API_BASE_URL"] || undefined;
  return {
    token: tokenOf(options.token, environment),
    flaps: { url, name: URL.parse(url)?.host ?? url },
    apiUrl: apiUrl ?? flyApiOrigin,
    // Whoever asks another Machines API than Fly's has no measurements at Fly, no token for it and no names below fly.dev.
    metricsUrl: apiUrl ?? (isFlys(url) ? flyApiOrigin : undefined),
    publicUrl: isFlys(url) ? (app, scheme) => `${scheme}://${app}.fly.dev/` : undefined,
    status: statusAddresses(environment, options.statusUrl || undefined),
    now: isHere(url) ? await timeAt(url) : new Date(),
  };
}

const isFlys = (url: string) => [new URL(flyOrigin).hostname, "_api.internal"].includes(URL.parse(url)?.hostname ?? "");

const isHere = (url: string) => {
  const parsed = URL.parse(url);
  return parsed !== null && isLoopback(parsed);
};

/** The local Fly's time is virtual: what is old there is not so by this machine's clock. What else is here has this one's. */
async function timeAt(url: string): Promise<Date> {
  try {
    const answer = await fetch(`${url}/_local/health`, { signal: AbortSignal.timeout(1_000) });
    const now = new Date(((await answer.json()) as { now: string }).now);
    return Number.isNaN(now.getTime()) ? new Date() : now;
  } catch {
    return new Date();
  }
}

/** There is nothing to ask with. */
class NoToken extends Error {}

/** Whether an error says that Fly shows this token nothing, or not this. */
export const isRefusal = (error: unknown): boolean =>
  error instanceof NoToken || isFlyError(error, "unauthorized", "forbidden", "not-found");

/** One set of connections for all checks, and each list read once however many of them look at it. */
function connected({ token, flaps, apiUrl }: Reached) {
  let shared: FlyClient | undefined;
  const make = () => {
    if (token === undefined) throw new NoToken("there is no token to ask with");
    const problem = endpointProblem(flaps.url);
    if (problem !== undefined) throw new Error(`nothing was sent: ${problem} (FLY_FLAPS_BASE_URL)`);
    return new FlyClient({ flapsUrl: flaps.url, apiUrl, token: token.value, remembers: true });
  };
  return {
    client: (signal: AbortSignal): FlyClient => {
      shared ??= make();
      return shared.withSignal(signal);
    },
    close: async () => shared?.close(),
  };
}

function tokenOf(given: string | undefined, environment: Environment): Subject["token"] {
  const candidates = [
    ["the caller", given],
    ["FLY_API_TOKEN", environment["FLY_API_TOKEN"]],
    ["FLY_ACCESS_TOKEN", environment["FLY_ACCESS_TOKEN"]],
  ] as const;
  for (const [from, text] of candidates) {
    const value = bareToken(text ?? "");
    if (value !== "") return { value, from };
  }
  return undefined;
}
