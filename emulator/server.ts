import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Answer, Call, JsonObject } from "./call.ts";
import { type Controlled, control } from "./control.ts";
import { type RefusalName, Refused, refuse } from "./errors.ts";
import type { Fault } from "./faults.ts";
import { rootField } from "./graphql/request.ts";
import { ulid } from "./identifier.ts";
import { RateLimit } from "./rate-limit.ts";
import { match, type Route, type Service } from "./routes.ts";
import { strange } from "./strange.ts";
import { type Caller, callerOf, isOwner, nobody } from "./token.ts";

const mostBytes = 1024 ** 2;

/** Cuts the connection instead of answering. */
const cut = Symbol("cut");
type Outcome = Answer | typeof cut;

/** A call that is not yet known to be allowed: its body is not read before. */
type Arrived = Omit<Call, "body" | "caller"> & { authorization: string | undefined; bytes: string; path: string };

/** The local Fly's HTTP side: a request becomes a call, the call an answer, and both a line of the journal. */
export class FlyServer {
  readonly #on: Controlled;
  readonly #limit = new RateLimit();
  readonly #closing = new AbortController();
  readonly #http: Server;
  readonly #onCall: (underWay: number) => void;
  readonly #serving = new Set<Promise<void>>();

  /** @param onCall told, at the start and end of each call, how many are under way */
  constructor(controlled: Controlled, onCall: (underWay: number) => void = () => {}) {
    this.#on = controlled;
    this.#onCall = onCall;
    this.#http = createServer((request, response) => {
      const served = this.#serve(request, response).finally(() => this.#serving.delete(served));
      this.#serving.add(served);
    });
  }

  /** Listens on loopback only. Answers with the port. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#http.once("error", reject);
      this.#http.listen(port, "127.0.0.1", resolve);
    });
    return (this.#http.address() as { port: number }).port;
  }

  /** Answers what is under way, then leaves. */
  async close(): Promise<void> {
    this.#closing.abort();
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    await Promise.all(this.#serving);
    this.#http.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#onCall(this.#serving.size + 1);
    try {
      const outcome = await this.#answer(request, response).catch((error) =>
        // Who hung up in the middle of a body is not told that it was cut short.
        request.destroyed && !request.complete ? cut : this.#failed(error),
      );
      if (outcome === cut) request.socket.destroy();
      else this.#send(response, outcome);
    } finally {
      this.#onCall(this.#serving.size - 1);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Outcome> {
    refuseForeign(request);
    const [path = "/", search = ""] = (request.url ?? "/").split("?", 2);
    const query = new URLSearchParams(search);
    const method = request.method ?? "GET";
    if (path.startsWith("/_local/")) return this.#control(request, method, path, query);
    const found = match(method, path) ?? refuse("noRoute");
    const bytes = await bodyOf(request);
    const route =
      found.route.operation === "GraphQL" ? { ...found.route, ...rootField(bodyIfAny(bytes)) } : found.route;
    const hungUp = new AbortController();
    response.once("close", () => hungUp.abort());
    const call = {
      world: this.#on.world,
      operation: route.operation,
      params: found.params,
      query,
      nonce: headerOf(request, "fly-machine-lease-nonce"),
      signal: AbortSignal.any([this.#closing.signal, hungUp.signal]),
    };
    const authorization = headerOf(request, "authorization");
    return this.#handle({ ...call, authorization, bytes, path }, route);
  }

  /** One call of Fly's API, and its line of the journal in the same transaction as what it changed. */
  async #handle({ authorization, bytes, path, ...call }: Arrived, route: Route): Promise<Outcome> {
    const { world, faults } = this.#on;
    let fault: Fault | undefined;
    let status = 0;
    try {
      const caller = this.#authorise(authorization, route);
      // The documented limits are the Machines API's.
      if (path !== "/graphql") this.#keepLimits(call);
      fault = faults.take(route.operation);
      if (fault?.kind === "refuse") return cut;
      if (fault?.kind === "delay") await world.clock.until(world.clock.now() + (fault.ms ?? 0), call.signal);
      const answer =
        fault?.kind === "status"
          ? faultAnswer(fault)
          : await this.#run(route, { ...call, caller, body: jsonOf(bytes) });
      status = answer.status;
      if (fault?.kind === "lose-response") return cut;
      return world.profile.strange && status < 300 ? { ...answer, body: strange(answer.body) } : answer;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      status = error.status;
      if (fault?.kind === "lose-response") return cut;
      throw error;
    } finally {
      const { operation, method } = route;
      const at = new Date(world.clock.now()).toISOString();
      world.commit({ at, operation, method, path, status, mutating: isMutating(route) });
    }
  }

  async #run(route: Route, call: Call): Promise<Answer> {
    if (route.handler === "not-emulated") return refuse("notEmulated", { operation: route.operation });
    this.#on.world.settle();
    try {
      return await route.handler(call);
    } catch (error) {
      // A handler that failed for a reason of ours may have done half: what is on disk is whole.
      if (!(error instanceof Refused)) this.#on.world.load();
      throw error;
    }
  }

  #keepLimits({ world, operation, params }: Pick<Call, "world" | "operation" | "params">): void {
    if (!world.profile.rateLimits) return;
    const subject = params["id"] ?? params["app"] ?? "";
    if (!this.#limit.allows(operation, subject, world.clock.now())) refuse("rateLimited");
  }

  async #control(request: IncomingMessage, method: string, path: string, query: URLSearchParams): Promise<Answer> {
    const { world } = this.#on;
    const now = new Date(world.clock.now()).toISOString();
    if (method === "GET" && path === "/_local/health") {
      return { status: 200, body: { instance: world.instance, profile: world.profile.name, now } };
    }
    if (!isOwner(callerOf(world, headerOf(request, "authorization")))) refuse("badToken");
    const body = jsonOf(await bodyOf(request));
    world.settle();
    const answer = control(this.#on, { method, path, query, body });
    world.commit();
    return answer;
  }

  /** Whom the call comes from, if that token may make it at all; what it may touch the handlers know. */
  #authorise(authorization: string | undefined, route: Route): Caller {
    const caller = callerOf(this.#on.world, authorization);
    if (route.service === "open") return caller;
    if (caller === nobody) refuse(refusalOf[route.service]);
    if (caller.readOnly && isMutating(route)) refuse("forbidden");
    return caller;
  }

  #failed(error: unknown): Answer {
    if (error instanceof Refused) return { status: error.status, body: error.body };
    console.error(error);
    try {
      refuse("internal");
    } catch (refused) {
      return { status: 500, body: (refused as Refused).body };
    }
  }

  #send(response: ServerResponse, { status, body, headers }: Answer): void {
    if (response.destroyed) return;
    const { world } = this.#on;
    const now = world.clock.now();
    const isText = typeof body === "string";
    const bytes = body === undefined ? "" : isText ? body : JSON.stringify(body);
    response.writeHead(status, {
      ...headers,
      ...(body === undefined
        ? {}
        : { "content-type": isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8" }),
      ...(status === 204 ? {} : { "content-length": Buffer.byteLength(bytes) }),
      // The time at Fly, which callers in virtual time can only learn here.
      date: new Date(now).toUTCString(),
      "fly-request-id": `${ulid(now)}-iad`,
      server: "Fly/local",
    });
    response.end(bytes);
  }
}

const refusalOf: Record<Exclude<Service, "open">, RefusalName> = {
  flaps: "badToken",
  web: "badTokenWeb",
  postgres: "noPostgresOrg",
};

/** POSTs that only ask. */
const asking = ["Platform_placements", "Tokens_authenticate", "Tokens_authorize"];

const isMutating = ({ method, operation, mutating }: Route) =>
  mutating ?? (method !== "GET" && !asking.includes(operation));

const faultAnswer = ({ status = 503, body }: Fault): Answer => ({
  status,
  body: body ?? { error: `fault armed at the local Fly: ${status}` },
});

function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A page somewhere could make a browser call us by another name (DNS rebinding) or across origins. */
function refuseForeign({ headers, socket }: IncomingMessage): void {
  const own = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (headers.origin !== undefined || !own.includes(headers.host ?? "")) refuse("foreignCaller");
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) refuse("bodyTooLarge");
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > mostBytes) refuse("bodyTooLarge");
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A body that is needed before the call is allowed: what is wrong with it is said later. */
function bodyIfAny(bytes: string): JsonObject {
  try {
    return jsonOf(bytes);
  } catch {
    return {};
  }
}

function jsonOf(bytes: string): JsonObject {
  if (bytes.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes);
  } catch {
    refuse("malformedJson");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) refuse("malformedJson");
  if (isDeeper(value, mostLevels)) refuse("malformedJson");
  return value as JsonObject;
}

/** No call of Fly's is nested a tenth as deep; what walks a body by recursion would fall over. */
const mostLevels = 100;

function isDeeper(value: object, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item) => (item === null || typeof item !== "object" ? [] : Object.values(item)));
  }
  return false;
}
