import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { credentials, type ServiceError } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { empty, fromStruct, messages, toStruct } from "../../provider/protocol.ts";
import { halfMade, secret } from "../support/engine.ts";
import type { Values } from "./recording.ts";

const root = join(import.meta.dirname, "..", "..");

type Messages = typeof messages;
type Message<K extends keyof Messages> = Messages[K] extends new () => infer M ? M : never;

/** Where the provider finds its Fly. */
export interface Address {
  url: string;
  token: string;
}

/** How a call that makes or changes something ended. */
export type Acted =
  | { kind: "done"; id: string; outputs: Values }
  /** The provider reported what exists of it. */
  | { kind: "half"; id: string; outputs: Values; error: Error }
  | { kind: "failed"; error: Error };

/** What Diff answered. */
export interface Difference {
  changes: boolean;
  replaces: boolean;
  goesFirst: boolean;
}

/** A provider process as the CLI starts one, with a client of it. */
export class Plugin {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly #client: Record<
    string,
    (request: unknown, reply: (error: ServiceError | null, answer: never) => void) => void
  >;
  readonly #ended: Promise<unknown>;

  private constructor(child: ChildProcessByStdio<Writable, Readable, Readable>, port: number) {
    this.#child = child;
    this.#ended = child.exitCode === null && child.signalCode === null ? once(child, "exit") : Promise.resolve();
    this.#client = new grpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure()) as never;
  }

  /** Starts a provider, which tells on its first line of output where it listens. */
  static async start(): Promise<Plugin> {
    const { FLY_API_TOKEN: _api, FLY_ACCESS_TOKEN: _access, ...env } = process.env;
    // Its standard input is a pipe, as the CLI's is: the provider leaves when that ends.
    const child = spawn(process.execPath, [join(root, "provider", "pulumi-resource-airworthy")], {
      env,
      stdio: ["pipe", "pipe", "pipe"],
    });
    child.stderr.pipe(process.stderr);
    child.stdin.on("error", () => {});
    const [line] = (await once(child.stdout, "data")) as [Buffer];
    return new Plugin(child, Number(String(line).trim()));
  }

  /** What the CLI tells a provider first. `destroy` goes by the state, and checks no configuration. */
  async configure({ url, token }: Address, command: "up" | "destroy"): Promise<void> {
    await this.#call("handshake", new messages.ProviderHandshakeRequest());
    let config: Values = { flapsUrl: url, token: secret(token) };
    if (command === "up") {
      const check = new messages.CheckRequest();
      check.setUrn("urn:pulumi:dev::airworthy-shop::pulumi:providers:airworthy::default");
      check.setNews(toStruct(config));
      check.setOlds(toStruct({}));
      config = checked(await this.#call<"CheckResponse">("checkConfig", check));
    }
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(config));
    request.setAcceptsecrets(true);
    request.setSendsOldInputs(true);
    await this.#call("configure", request);
  }

  async check(urn: string, news: Values, olds: Values): Promise<Values> {
    const request = new messages.CheckRequest();
    request.setUrn(urn);
    request.setNews(toStruct(news));
    request.setOlds(toStruct(olds));
    return checked(await this.#call<"CheckResponse">("check", request));
  }

  async diff(urn: string, old: { id: string; inputs: Values; outputs: Values }, news: Values): Promise<Difference> {
    const request = compared(new messages.DiffRequest(), urn, old, news);
    const answer = await this.#call<"DiffResponse">("diff", request);
    return {
      changes: answer.getChanges() === messages.DiffResponse.DiffChanges.DIFF_SOME,
      replaces: answer.getReplacesList().length > 0,
      goesFirst: answer.getDeletebeforereplace(),
    };
  }

  create(urn: string, inputs: Values): Promise<Acted> {
    const request = new messages.CreateRequest();
    request.setUrn(urn);
    request.setProperties(toStruct(inputs));
    return this.#act("create", request, (answer: Message<"CreateResponse">) => answer.getId());
  }

  update(urn: string, old: { id: string; inputs: Values; outputs: Values }, news: Values): Promise<Acted> {
    const request = compared(new messages.UpdateRequest(), urn, old, news);
    return this.#act("update", request, () => old.id);
  }

  async remove(urn: string, old: { id: string; inputs: Values; outputs: Values }): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(old.id);
    request.setUrn(urn);
    request.setProperties(toStruct(old.outputs));
    request.setOldInputs(toStruct(old.inputs));
    await this.#call("delete", request);
  }

  /** Dies at once, as by `kill -9`. */
  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }

  /** Ends as the CLI ends it: Cancel, then the end of its input. */
  async end(): Promise<void> {
    await this.#call("cancel", new empty.Empty()).catch(() => {});
    this.#child.stdin.end();
    // The CLI's own patience.
    const killed = sleep(5000, undefined, { ref: false }).then(() => this.#child.kill("SIGKILL"));
    await Promise.race([this.#ended, killed]);
    await this.#ended;
    (this.#client as unknown as { close(): void }).close();
  }

  async #act<M extends { getProperties(): Parameters<typeof fromStruct>[0] }>(
    method: string,
    request: unknown,
    id: (answer: M) => string,
  ): Promise<Acted> {
    try {
      const answer = (await this.#call(method, request)) as unknown as M;
      return { kind: "done", id: id(answer), outputs: fromStruct(answer.getProperties()) };
    } catch (error) {
      const thrown = error as ServiceError;
      if (!thrown.metadata?.get("grpc-status-details-bin").length) return { kind: "failed", error: thrown };
      const { outputs, ...half } = halfMade(thrown);
      return { kind: "half", id: half.id, outputs, error: thrown };
    }
  }

  #call<K extends keyof Messages>(method: string, request: unknown): Promise<Message<K>> {
    return new Promise((resolve, reject) => {
      this.#client[method]?.call(this.#client, request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }
}

/** A request about what is to become of a resource. */
function compared<R extends Message<"DiffRequest"> | Message<"UpdateRequest">>(
  request: R,
  urn: string,
  old: { id: string; inputs: Values; outputs: Values },
  news: Values,
): R {
  request.setId(old.id);
  request.setUrn(urn);
  request.setOlds(toStruct(old.outputs));
  request.setOldInputs(toStruct(old.inputs));
  request.setNews(toStruct(news));
  return request;
}

function checked(answer: Message<"CheckResponse">): Values {
  const reasons = answer.getFailuresList().map((failure) => failure.getReason());
  if (reasons.length > 0) throw new Error(reasons.join("\n"));
  return fromStruct(answer.getInputs());
}
