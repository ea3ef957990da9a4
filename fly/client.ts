import { Agent, type Dispatcher, interceptors, request } from "undici";
import type { z } from "zod";
import { flyApiOrigin, flyOrigin } from "./endpoint.ts";
import { cancelled, FlyError, isFlyError, kindOf } from "./errors.ts";
import { RateLimit, TooEarly } from "./rate-limit.ts";
import { withoutSecrets } from "./redaction.ts";
import { authorization, bareToken } from "./token.ts";
import { neverArrived, transportError } from "./transport.ts";

/** How a {@link FlyClient} reaches Fly. */
export interface FlyClientOptions {
  /** Base address of the Machines API, with or without the final `/v1`. @default "https://api.machines.dev" */
  flapsUrl?: string | undefined;
  /** Base address of the GraphQL and web API. @default "https://api.fly.io" */
  apiUrl?: string | undefined;
  /** A Fly token, with or without its scheme. */
  token: string;
  /** Whether to keep to Fly's rate limits. @default whether `pace` is finite */
  rateLimits?: boolean | undefined;
  /**
   * How many times as fast as at Fly things go: 10 in the local Fly's profile `fly/10`, infinite where its time is
   * virtual: there nothing comes by waiting, and there are no limits. @default 1
   */
  pace?: number | undefined;
  /** Ends every call that is under way when it fires. */
  signal?: AbortSignal | undefined;
  /** Whether a reading that was answered is answered so again. @default false */
  remembers?: boolean | undefined;
}

/**
 * Whether a call may be sent again when its answer was lost, which depends on the operation and not on its verb:
 * `always` for reads and for calls that end in the same state however often they are made; `unsent` for calls that make
 * something, which are repeated only where Fly cannot have taken the first.
 */
type Repeat = "always" | "unsent";

/** One call of the Machines API. */
export interface Call<T> {
  /** Fly's name of the operation, which rate limits go by. */
  operation: string;
  /** What is being done and to what, for messages: `create volume "data" in app "shop"`. */
  does: string;
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Which of Fly's APIs it is. @default "flaps", the Machines API */
  host?: "flaps" | "api" | undefined;
  /** Path from `/v1`. */
  path: string;
  query?: Record<string, string | number | boolean | undefined> | undefined;
  body?: unknown;
  /** Lease nonce of the machine that is changed. */
  nonce?: string | undefined;
  repeat: Repeat;
  /** Whether it only reads. @default what the method says */
  reads?: boolean | undefined;
  /** Secret values in the body, which Fly's refusal may repeat. */
  confidential?: string[] | undefined;
  /** What is used of the answer. Left out where nothing is. */
  answer?: z.ZodType<T> | undefined;
  /** What the rate limit counts by. @default the path */
  subject?: string | undefined;
}

/** Speaks the Machines API through one pool of connections. */
export class FlyClient {
  /** Apps and organisations for which this token was answered 200, so that a 404 beside them means gone. */
  readonly proven: Set<string>;
  /** How many times as fast as at Fly things go; infinite where time is virtual. */
  readonly pace: number;
  /** The same object for all clients that share their connections: what belongs to one run is kept by it. */
  readonly run: object;
  readonly #options: FlyClientOptions;
  readonly #wire: Wire;

  constructor(options: FlyClientOptions, shared?: FlyClient) {
    this.#options = options;
    this.proven = shared?.proven ?? new Set();
    this.pace = options.pace ?? 1;
    this.run = shared?.run ?? {};
    this.#wire = shared?.wire ?? connect(options);
  }

  /** Makes the call, or throws a {@link FlyError}. */
  send<T>(call: Call<T>): Promise<T> {
    const { remembered } = this.#wire;
    if (!isReading(call)) {
      remembered.clear();
      // What was read while it changed may be of before.
      return this.#send(call).finally(() => remembered.clear());
    }
    if (!this.#options.remembers) return this.#send(call);
    const key = `${call.host ?? "flaps"} ${call.path} ${JSON.stringify([call.query ?? {}, call.body])}`;
    const known = remembered.get(key);
    if (known !== undefined && Date.now() < known.until) return known.answer as Promise<T>;
    const answer = this.#send(call);
    remembered.set(key, { answer, until: Date.now() + rememberedMs });
    answer.catch(() => remembered.delete(key));
    return answer;
  }

  async #send<T>(call: Call<T>): Promise<T> {
    const { signal } = this.#options;
    try {
      if (signal?.aborted) throw signal.reason;
      const { limit } = this.#wire;
      const exchange = () => this.#twice(call, signal);
      return await (limit?.inTurn(call.operation, call.subject ?? call.path, signal, exchange) ?? exchange());
    } catch (error) {
      if (isFlyError(error)) throw error;
      if (signal?.aborted) throw cancelled(call.does, signal, { cause: error });
      throw transportError(call, error);
    }
  }

  /**
   * The same client with another signal, or with none: for what must still be said when a run was cancelled, such as
   * giving back a lease.
   */
  withSignal(signal: AbortSignal | undefined): FlyClient {
    return new FlyClient({ ...this.#options, signal }, this);
  }

  /** The same client asking each question once, until something is changed: a refresh reads each list of an app once. */
  remembering(): FlyClient {
    return new FlyClient({ ...this.#options, remembers: true }, this);
  }

  /** A client of the same Fly for another token, to be closed by itself. */
  withToken(token: string): FlyClient {
    return new FlyClient({ ...this.#options, token, remembers: false });
  }

  /** A text of Fly's without this client's token, those secrets, and what was confided. */
  conceal(text: string, secrets: readonly string[] = []): string {
    const all = [bareToken(this.#options.token), ...this.#wire.confided, ...secrets];
    return withoutSecrets(text, all).slice(0, 500);
  }

  /** Keeps these values out of Fly's texts from now on, whoever asks: an app may print its secrets into its log. */
  confide(secrets: readonly string[]): void {
    // A key of many lines is printed line by line.
    const lines = secrets.flatMap((secret) => secret.split(/\r?\n/)).filter(({ length }) => length >= 16);
    for (const secret of [...secrets, ...lines]) this.#wire.confided.add(secret);
  }

  /** Ends all connections. */
  close(): Promise<void> {
    return Promise.all(this.#wire.pools.map((pool) => pool.close())).then(() => undefined);
  }

  /** What clients that differ only in their signal share. */
  protected get wire(): Wire {
    return this.#wire;
  }

  #twice<T>(call: Call<T>, signal: AbortSignal | undefined): Promise<T> {
    return this.#exchange(call, signal).catch((error) => {
      if (call.repeat !== "always" || error.code !== brokenOff) throw error;
      return this.#exchange(call, signal);
    });
  }

  async #exchange<T>(call: Call<T>, signal: AbortSignal | undefined): Promise<T> {
    this.confide(call.confidential ?? []);
    const { statusCode, body, headers } = await request(this.#wire.origins[call.host ?? "flaps"] + call.path, {
      dispatcher: this.#wire.dispatchers[call.operation === "Machines_wait" ? "waits" : call.repeat],
      method: call.method,
      headers: {
        authorization: this.#wire.authorization,
        accept: "application/json",
        "user-agent": "airworthy",
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...(call.nonce === undefined ? {} : { "fly-machine-lease-nonce": call.nonce }),
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
      query: defined(call.query),
      signal: signal ?? null,
    });
    const text = await body.text();
    if (statusCode >= 300) {
      const conceal = (said: string) => this.conceal(said, call.confidential);
      const error = refusal(call, statusCode, text, headers["fly-request-id"], conceal);
      throw error.kind === "rate-limited" ? new TooEarly(call.does, error, headers["retry-after"]) : error;
    }
    if (call.answer === undefined) return undefined as T;
    const answer = call.answer.safeParse(parsed(text));
    if (answer.success) return answer.data;
    // Something was answered to a change, so it probably happened: never to be reported as if it had not.
    const kind = isReading(call) ? "server" : "uncertain";
    const [issue] = answer.error.issues;
    const where = `${issue?.path.join(".") || "the body"}: ${issue?.message}`;
    throw new FlyError(kind, call.does, `Fly answered ${statusCode} with what cannot be read (${where})`, statusCode);
  }
}

/** Whether a call changes nothing. */
const isReading = ({ method, reads }: Call<unknown>) => reads ?? method === "GET";

interface Wire {
  origins: Record<"flaps" | "api", string>;
  /** Answers by question, those under way too. */
  remembered: Map<string, { answer: Promise<unknown>; until: number }>;
  authorization: string;
  /** Secrets of the programs and states that this run has seen. */
  confided: Set<string>;
  limit: RateLimit | undefined;
  pools: Agent[];
  dispatchers: Record<Repeat | "waits", Dispatcher>;
}

/** A refresh reads a stack's resources within seconds of each other; what is older may be of before somebody's change. */
const rememberedMs = 60_000;

function connect(options: FlyClientOptions): Wire {
  const { pace = 1, rateLimits = Number.isFinite(pace) } = options;
  // What Fly found too early is sent again by whoever knows the limits, or where nobody does by undici.
  const tooEarly = rateLimits ? [] : [429];
  const retry = (statusCodes: number[], errorCodes: string[]) =>
    interceptors.retry({ ...retrying, methods, statusCodes: [...tooEarly, ...statusCodes], errorCodes });
  const agent = (connections: number) => new Agent({ connections, connectTimeout: 5_000, headersTimeout: 75_000 });
  // Waits take up to a minute each, and must not keep a lease from being renewed.
  const [pool, waits] = [agent(16), agent(128)];
  const always = retry([500, 502, 503, 504], [...neverArrived, "ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);
  return {
    origins: {
      flaps: (options.flapsUrl ?? flyOrigin).replace(/\/+$/, "").replace(/\/v1$/, ""),
      api: (options.apiUrl ?? flyApiOrigin).replace(/\/+$/, ""),
    },
    remembered: new Map(),
    confided: new Set(),
    authorization: authorization(bareToken(options.token)),
    limit: rateLimits ? new RateLimit(pace) : undefined,
    pools: [pool, waits],
    dispatchers: {
      always: pool.compose(always),
      unsent: pool.compose(retry([], neverArrived)),
      waits: waits.compose(always),
    },
  };
}

const defined = (query: Call<unknown>["query"]) =>
  Object.fromEntries(Object.entries(query ?? {}).filter(([, value]) => value !== undefined)) as Record<string, string>;

const retrying = { maxRetries: 4, minTimeout: 100, maxTimeout: 30_000, throwOnError: false };
const methods: Dispatcher.HttpMethod[] = ["GET", "POST", "PUT", "PATCH", "DELETE"];
/** undici asks for the rest of an answer that broke off by a range, which Fly does not serve. */
const brokenOff = "UND_ERR_REQ_RETRY";

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Two services sit behind the host and spell errors differently: `error`, `message` or plain text. */
function refusal(
  call: Call<unknown>,
  status: number,
  text: string,
  requestId: unknown,
  conceal: (said: string) => string,
): FlyError {
  const body = parsed(text) as { error?: unknown; message?: unknown; msg?: unknown; status?: unknown } | undefined;
  const found = [body?.message, body?.error, body?.msg].find((part) => typeof part === "string") ?? text;
  const said = conceal(String(found));
  const machineStatus = typeof body?.status === "string" ? body.status : undefined;
  const kind = kindOf(status, said, machineStatus);
  const request = typeof requestId === "string" ? ` (request ${requestId})` : "";
  // A create that Fly failed to answer properly may have been carried out (flyctl, strategy_bluegreen).
  const uncertain = call.repeat === "unsent" && (kind === "server" || (kind === "timeout" && !isReading(call)));
  return new FlyError(uncertain ? "uncertain" : kind, call.does, `Fly answered ${status}: ${said}${request}`, status);
}
