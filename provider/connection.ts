import { request } from "undici";
import { startLocalFly } from "../emulator/locate.ts";
import { FlyClient } from "../fly/client.ts";
import { endpointProblem, flyApiOrigin, flyOrigin, isLoopback } from "../fly/endpoint.ts";
import { isFlyError } from "../fly/errors.ts";
import { bareToken, organisationsOf } from "../fly/token.ts";
import { type Pins, readPins } from "./pins.ts";
import type { Properties } from "./value.ts";

/** Something in the provider's configuration that the user has to change. */
class ConfigurationError extends Error {
  override readonly name = "ConfigurationError";
}

/** Where a stack's resources live. A stack never changes its world: ids of one mean nothing in another. */
export type World = "fly.io" | `local:${string}` | `http${string}`;

/** How the provider reaches Fly. */
export interface Connection {
  world: World;
  flapsUrl: string;
  /** GraphQL and web API. */
  apiUrl: string;
  token: string;
  /** How many times as fast as at Fly things go there; infinite where time is virtual, and nobody is limited. */
  pace: number;
  org: string | undefined;
  /** Releases at which groups are held. */
  pins: Pins;
}

type Environment = Record<string, string | undefined>;

/** Finds out what the configuration means, without sending anything to Fly. */
export async function resolveConnection(config: Properties, environment: Environment): Promise<Connection> {
  const org = text(config, "org");
  const pins = readPins(config);
  if (flag(config, "local")) {
    const local = await startLocalFly(process.cwd(), { profile: "instant" });
    const [flapsUrl, apiUrl] = [local.url, local.url];
    const pace = paceOf((await localFlyAt(new URL(local.url)))?.profile);
    return { world: `local:${local.instance}`, flapsUrl, apiUrl, token: local.token, pace, org, pins };
  }
  const flapsUrl = text(config, "flapsUrl") ?? environment["FLY_FLAPS_BASE_URL"] ?? flyOrigin;
  const token = text(config, "token") ?? environment["FLY_API_TOKEN"] ?? environment["FLY_ACCESS_TOKEN"];
  if (token === undefined || bareToken(token) === "") {
    throw new ConfigurationError(
      "no Fly token is configured. Set FLY_API_TOKEN, or run `pulumi config set --secret airworthy:token`; to use the local Fly instead, run `pulumi config set airworthy:local true`",
    );
  }
  const url = checkedUrl(flapsUrl, "flapsUrl (or FLY_FLAPS_BASE_URL)");
  // A token for a Fly on this machine is not for Fly's own API.
  const home = isLoopback(url) ? url.origin : flyApiOrigin;
  const api = checkedUrl(
    text(config, "apiUrl") ?? environment["FLY_API_BASE_URL"] ?? home,
    "apiUrl (or FLY_API_BASE_URL)",
  );
  const local = isLoopback(url) ? await localFlyAt(url) : undefined;
  const world: World = local ? `local:${local.instance}` : url.origin === flyOrigin ? "fly.io" : (url.origin as World);
  const pace = local === undefined ? 1 : paceOf(local.profile);
  return { world, flapsUrl: url.href, apiUrl: api.href, token, pace, org, pins };
}

/** The local Fly plays Fly in real time, `fly`, or in a fraction of it, `fly/10`; otherwise its time is virtual. */
function paceOf(profile = ""): number {
  const [name, times = "1"] = profile.split("/");
  return name === "fly" ? Number(times) : Number.POSITIVE_INFINITY;
}

/** A local Fly reached by its address is the same world as one reached by `airworthy:local`. */
async function localFlyAt(url: URL): Promise<{ instance: string; profile: string } | undefined> {
  try {
    const { statusCode, body } = await request(new URL("/_local/health", url), { headersTimeout: 10_000 });
    const health = (await body.json()) as { instance: string; profile: string };
    return statusCode === 200 && typeof health.instance === "string" ? health : undefined;
  } catch {
    // Some other server, or none: the first call to it will tell.
    return undefined;
  }
}

/** The client for a connection. */
export const connect = ({ flapsUrl, apiUrl, token, pace }: Connection, signal: AbortSignal) =>
  new FlyClient({ flapsUrl, apiUrl, token, pace, signal });

/**
 * Asks a stack's world whether it knows the token, so that one that is mistyped, expired or revoked is found by the
 * preview. A world that the stack is only about to be pinned to has to be there as well: no stack is pinned to a mistake.
 */
export async function introduce(connection: Connection, isNew: boolean): Promise<void> {
  const fly = connect(connection, AbortSignal.timeout(isNew ? 15_000 : 5_000));
  try {
    await organisationsOf(fly);
  } catch (error) {
    // Anything else than these says that somebody is there; the calls that matter will tell.
    if (isFlyError(error, "unauthorized") || (isNew && isFlyError(error, "unreachable", "cancelled"))) throw error;
  } finally {
    await fly.close();
  }
}

/** Refuses a connection to another world than the stack's, naming both. */
export function refuseOtherWorld(stacks: unknown, found: World): void {
  if (typeof stacks !== "string" || stacks === found) return;
  throw new ConfigurationError(
    `this stack's resources live in ${worldText(stacks)}, but the configuration leads to ${worldText(found)}. Nothing was changed. ` +
      "Use a stack of its own for each; if the old world is gone for good, remove what the stack remembers of it with `pulumi stack rm --force` or `pulumi state delete`",
  );
}

const worldText = (world: string) =>
  world.startsWith("local:") ? `the local Fly ${world.slice("local:".length)}` : world === "fly.io" ? "Fly.io" : world;

function checkedUrl(address: string, setting: string): URL {
  const problem = endpointProblem(address);
  if (problem !== undefined) throw new ConfigurationError(`airworthy:${setting}: ${problem}`);
  return new URL(address);
}

/** Stack configuration arrives as strings, an explicit provider's arguments as they are. */
const flag = (config: Properties, key: string) => config[key] === true || config[key] === "true";

const text = (config: Properties, key: string) => {
  const value = config[key];
  return typeof value === "string" && value !== "" ? value : undefined;
};
