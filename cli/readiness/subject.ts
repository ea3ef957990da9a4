import { flyOrigin } from "../../fly/endpoint.ts";
import { statusAddresses } from "../../fly/status-page.ts";
import { bareToken } from "../../fly/token.ts";
import type { Subject } from "./check.ts";
import type { ReadinessOptions } from "./readiness.ts";

/** Finds out which Fly is meant, without sending anything to it. */
export async function subjectOf(options: ReadinessOptions): Promise<Subject> {
  const environment = options.environment ?? process.env;
  const org = options.org || undefined;
  if (options.local) {
    const { startLocalFly } = await import("../../emulator/locate.ts");
    const { url, token } = await startLocalFly(process.cwd(), { profile: "instant" });
    return {
      token: { value: token, from: "the local Fly" },
      flaps: { url, name: `the local Fly at ${new URL(url).host}` },
      status: statusAddresses(environment, options.statusUrl ?? url),
      org,
    };
  }
  const url = options.flapsUrl || environment["FLY_FLAPS_BASE_URL"] || flyOrigin;
  return {
    token: tokenOf(options.token, environment),
    flaps: { url, name: URL.parse(url)?.host ?? url },
    status: statusAddresses(environment, options.statusUrl || undefined),
    org,
  };
}

function tokenOf(given: string | undefined, environment: Record<string, string | undefined>): Subject["token"] {
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
