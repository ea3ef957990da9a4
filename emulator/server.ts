import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { bodyIfAny, bodyOf, hasBody, jsonOf } from "./body.ts";
import type { Answer, Call } from "./call.ts";
import { type Controlled, control } from "./control.ts";
import { type RefusalName, Refused, refuse } from "./errors.ts";
import { happen } from "./event.ts";
import { type Fault, refuseForWant } from "./faults.ts";
import { headerOf, refuseForeign } from "./header.ts";
import { between, type Hooks } from "./hook.ts";
import { type LookPath, lookedAt } from "./look/path.ts";
import { notEmulated } from "./not-emulated.ts";
import { RateLimiter } from "./rate-limit.ts";
import { send } from "./reply.ts";
import { match, type Route, type Service } from "./routes.ts";
import { strange } from "./strange.ts";
import { type Caller, callerOf, isOwner, nobody } from "./token.ts";

/** Cuts the connection instead of answering. */
const cut = Symbol("cut");
type Outcome = Answer | typeof cut;

export type AnswerCheck = (operation: string, answer: Answer) => void;

/** Who is told of what a server does, and who looks at it. Each does nothing by default. */
interface Watchers {
  /** Told, at the start and end of each call, how many are under way. */
  onCall?: ((underWay: number) => void) | undefined;
  /** Throws at an answer that Fly would not give. */
  check?: AnswerCheck | undefined;
  hooks?: Hooks | undefined;
}

/** A call that is not yet known to be allowed: its body is not read before. */
type Arrived = Omit<Call, "body" | "caller" | "signal"> & {
  authorization: string | undefined;
  bytes: string;
  path: string;
  /** Makes the signal: most calls never wait. */
  signalOf: () => AbortSignal;
};

/** The local Fly's HTTP side: a request becomes a call, the call an answer, and both a line of the journal. */
export class FlyServer {
  readonly #on: Controlled;
  readonly #limit = new RateLimiter();
  /** What ends the waits of the calls under way. */
  readonly #waits = new Set<AbortController>();
  readonly #http: Server;
  readonly #onCall: (underWay: number) => void;
  readonly #check: AnswerCheck;
  readonly #hooks: Hooks;
  readonly #serving = new Set<Promise<void>>();
  #isClosing = false;

  constructor(controlled: Controlled, { onCall = () => {}, check = () => {}, hooks = {} }: Watchers = {}) {
    this.#on = controlled;
    this.#onCall = onCall;
    this.#check = check;
    this.#hooks = hooks;
    this.#http = createServer((request, response) => {
      const seen = lookedAt(request);
      if (seen !== undefined) return void this.#look(request, response, seen);
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
    this.#isClosing = true;
    for (const wait of this.#waits) wait.abort();
    const closed = new Promise<void>((resolve) => this.#http.close(() => resolve()));
    await Promise.all(this.#serving);
    this.#http.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#onCall(this.#serving.size + 1);
    try {
      const outcome = await this.#answer(request, response).catch((error) =>
        // A body that ended too early, with its caller or with this server, is answered by nothing.
        request.complete || error instanceof Refused ? this.#failed(error) : cut,
      );
      if (outcome === cut) request.socket.destroy();
      else send(response, outcome, this.#on.world.clock.now());
    } finally {
      this.#onCall(this.#serving.size - 1);
    }
  }

  /** Whoever looks calls nothing: it is in no journal, and keeps no local Fly from leaving. */
  async #look(request: IncomingMessage, response: ServerResponse, path: LookPath): Promise<void> {
    const looked = import("./look/look.ts").then(({ look }) => look(request, path, this.#on));
    const answer = await looked.catch((error) => (this.#isClosing ? cut : this.#failed(error)));
    if (answer === cut) request.socket.destroy();
    else send(response, answer, this.#on.world.clock.now());
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<Outcome> {
    refuseForeign(request);
    const [path = "/", search = ""] = (request.url ?? "/").split("?", 2);
    const query = new URLSearchParams(search);
    const method = request.method ?? "GET";
    if (path.startsWith("/_local/")) return this.#control(request, method, path, query, this.#signalFor(response));
    const found = match(method, path) ?? refuse("noRoute");
    this.#on.world.arrivals++;
    const { arrivals: arrival } = this.#on.world;
    let signal: AbortSignal | undefined;
    const signalOf = () => {
      signal ??= this.#signalFor(response);
      return signal;
    };
    const bytes = hasBody(request) ? await bodyOf(request, signalOf()) : "";
    const route = found.route.operation === "GraphQL" ? await graphqlRoute(found.route, bytes) : found.route;
    const call = {
      world: this.#on.world,
      operation: route.operation,
      params: found.params,
      query,
      arrival,
      nonce: headerOf(request, "fly-machine-lease-nonce"),
      signalOf,
    };
    const authorization = headerOf(request, "authorization");
    const hooked = { seq: arrival, operation: route.operation, mutating: isMutating(route), path };
    const arrived = { ...call, authorization, bytes, path };
    return between<Outcome>(this.#hooks, hooked, () => this.#handle(arrived, route), cut);
  }

  /** Fires when the caller hung up or the server closes. */
  #signalFor(response: ServerResponse): AbortSignal {
    const wait = new AbortController();
    this.#waits.add(wait);
    response.once("close", () => {
      this.#waits.delete(wait);
      if (!response.writableFinished) wait.abort();
    });
    if (this.#isClosing || response.destroyed) wait.abort();
    return wait.signal;
  }

  /** One call of Fly's API, and its line of the journal in the same transaction as what it changed. */
  async #handle({ authorization, bytes, path, signalOf, ...call }: Arrived, route: Route): Promise<Outcome> {
    const { world, faults } = this.#on;
    let fault: Fault | undefined;
    let status = 0;
    const begun = world.clock.now();
    try {
      const caller = this.#authorise(authorization, route);
      // The documented limits are the Machines API's.
      if (path !== "/graphql") this.#keepLimits(call);
      fault = faults.take(route.operation);
      if (fault?.kind === "refuse") return cut;
      if (fault?.kind === "delay") await world.clock.until(world.clock.now() + (fault.ms ?? 0), signalOf());
      const whole = () => ({
        ...call,
        caller,
        body: jsonOf(bytes),
        get signal() {
          return signalOf();
        },
      });
      const answer = fault?.kind === "status" ? faultAnswer(fault) : await this.#run(route, whole(), fault);
      status = answer.status;
      if (fault?.kind === "lose-response") return cut;
      // A GraphQL answer has what was asked for, and nothing else on whatever day.
      const isOdd = world.profile.strange && status < 300 && path !== "/graphql";
      return isOdd ? { ...answer, body: strange(answer.body) } : answer;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      status = error.status;
      if (fault?.kind === "lose-response") return cut;
      throw error;
    } finally {
      const { operation, method } = route;
      const now = world.clock.now();
      const about = subjectOf(call.params, world.takeSetOff());
      const times = { at: new Date(now).toISOString(), ms: now - begun };
      await world.commit({ ...times, ...about, operation, method, path, status, mutating: isMutating(route) });
    }
  }

  async #run(route: Route, call: Call, fault?: Fault): Promise<Answer> {
    if (route.handler === "not-emulated") return refuseNotEmulated(route);
    this.#on.world.settle();
    if (fault?.kind === "capacity") refuseForWant(fault, call);
    if (fault?.kind === "event") happen(this.#on.world, fault.event);
    // What came of itself was not set off by this call.
    this.#on.world.takeSetOff();
    try {
      const answer = await route.handler(call);
      this.#check(route.operation, answer);
      return answer;
    } catch (error) {
      // A handler that failed for a reason of ours may have done half: what is on disk is whole.
      if (!(error instanceof Refused)) this.#on.world.load();
      throw error;
    }
  }

  #keepLimits({ world, operation, params }: Pick<Call, "world" | "operation" | "params">): void {
    const { rateLimits } = world.profile;
    if (rateLimits === undefined) return;
    const subject = params["id"] ?? params["app"] ?? "";
    if (!this.#limit.allows(operation, subject, world.clock.now(), rateLimits)) refuse("rateLimited");
  }

  async #control(
    request: IncomingMessage,
    method: string,
    path: string,
    query: URLSearchParams,
    signal: AbortSignal,
  ): Promise<Answer> {
    const { world } = this.#on;
    const now = new Date(world.clock.now()).toISOString();
    if (method === "GET" && path === "/_local/health") {
      return { status: 200, body: { instance: world.instance, pid: process.pid, profile: world.profile.name, now } };
    }
    if (!isOwner(callerOf(world, headerOf(request, "authorization")))) refuse("badToken");
    const body = jsonOf(await bodyOf(request, signal));
    world.settle();
    const answer = control(this.#on, { method, path, query, body });
    await world.commit();
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
}

const refusalOf: Record<Exclude<Service, "open">, RefusalName> = {
  flaps: "badToken",
  web: "badTokenWeb",
  postgres: "noPostgresOrg",
};

const refuseNotEmulated = ({ operation }: Route) =>
  refuse("notEmulated", { operation, why: notEmulated[operation] ?? "nobody has said why" });

/** POSTs that only ask. */
const asking = ["Platform_placements", "Tokens_authenticate", "Tokens_authorize"];

const isMutating = ({ method, operation, mutating }: Route) =>
  mutating ?? (method !== "GET" && !asking.includes(operation));

/** What a call was about, for the journal: what its path names, or what it made. */
function subjectOf(params: Arrived["params"], setOff: { id: string; takes: number } | undefined) {
  const subject = params["id"] ?? setOff?.id ?? "";
  return { subject, takes: setOff?.id === subject ? setOff.takes : 0 };
}

/** GraphQL's one route, as the operation that is asked for. */
async function graphqlRoute(route: Route, bytes: string): Promise<Route> {
  const { rootField } = await import("./graphql/request.ts");
  return { ...route, ...rootField(bodyIfAny(bytes)) };
}

const faultAnswer = ({ status = 503, body }: Fault): Answer => ({
  status,
  body: body ?? { error: `fault armed at the local Fly: ${status}` },
});
