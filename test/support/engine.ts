import { credentials, type ServiceError } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { fromStruct, messages, toStruct } from "../../provider/protocol.ts";
import { serve } from "../../provider/serve.ts";
import type { Properties } from "../../provider/value.ts";

/** What the engine would keep of a resource. */
export interface State {
  type: string;
  name: string;
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/** Reasons for which a Check refused the inputs. */
export class CheckFailed extends Error {
  readonly reasons: string[];

  constructor(reasons: string[]) {
    super(reasons.join("\n"));
    this.reasons = reasons;
  }
}

type Messages = typeof messages;
type Message<K extends keyof Messages> = Messages[K] extends new () => infer M ? M : never;

/** Plays the engine to a provider served on a real socket: the calls and their order are those of the CLI. */
export class Engine {
  readonly stack: string;
  readonly #client: Record<
    string,
    (request: unknown, reply: (error: ServiceError | null, answer: never) => void) => void
  >;

  private constructor(client: never, stack: string) {
    this.#client = client;
    this.stack = stack;
  }

  /**
   * Serves a provider, in this process unless `serving` does it elsewhere, and configures it; without `check` as the CLI
   * does it from the state, with no program run.
   */
  static async start(
    config: Properties,
    options: { stack?: string; check?: boolean; log?: string; serving?: typeof serve } = {},
  ): Promise<Engine> {
    const { stack = "dev", check = true, log, serving = serve } = options;
    const port = await serving(log);
    // Otherwise clients of one address share what they know of it, and a port that a provider before this one had is refused.
    const alone = { "grpc.use_local_subchannel_pool": 1 };
    const client = new grpc.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), alone);
    const engine = new Engine(client as never, stack);
    const { inputs } = check ? await engine.checkConfig(config) : { inputs: config };
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(inputs));
    request.setAcceptsecrets(true);
    await engine.#call("configure", request);
    return engine;
  }

  async checkConfig(config: Properties, olds?: Properties) {
    const request = new messages.CheckRequest();
    request.setUrn(`urn:pulumi:${this.stack}::shop::pulumi:providers:airworthy::default`);
    request.setNews(toStruct(config));
    if (olds !== undefined) request.setOlds(toStruct(olds));
    return this.#checked(await this.#call<"CheckResponse">("checkConfig", request));
  }

  urn = (type: string, name: string) => `urn:pulumi:${this.stack}::shop::airworthy:index:${type}::${name}`;

  async check(type: string, name: string, news: Properties, olds?: Properties): Promise<Properties> {
    const request = new messages.CheckRequest();
    request.setUrn(this.urn(type, name));
    request.setNews(toStruct(news));
    if (olds !== undefined) request.setOlds(toStruct(olds));
    return this.#checked(await this.#call<"CheckResponse">("check", request)).inputs;
  }

  /** Check, then Create; `timeoutSeconds` as `customTimeouts.create` says. */
  async create(type: string, name: string, args: Properties, preview = false, timeoutSeconds = 0): Promise<State> {
    const inputs = await this.check(type, name, args);
    const request = new messages.CreateRequest();
    request.setUrn(this.urn(type, name));
    request.setProperties(toStruct(inputs));
    request.setPreview(preview);
    request.setTimeout(timeoutSeconds);
    const answer = await this.#call<"CreateResponse">("create", request);
    return { type, name, id: answer.getId(), inputs, outputs: properties(answer.getProperties()) };
  }

  /** Paths that Diff finds between the state and the arguments, each with its kind. */
  async diff(state: State, args: Properties): Promise<Record<string, string>> {
    const news = await this.check(state.type, state.name, args, state.inputs);
    return await this.#diff(state, state.inputs, state.outputs, news);
  }

  /** Check, Diff, and Update where something differs or `always` is set, as after a failed update. */
  async update(state: State, args: Properties, always = false, timeoutSeconds = 0): Promise<State> {
    const news = await this.check(state.type, state.name, args, state.inputs);
    const found = await this.#diff(state, state.inputs, state.outputs, news);
    if (Object.keys(found).length === 0 && !always) return state;
    const request = new messages.UpdateRequest();
    request.setId(state.id);
    request.setUrn(this.urn(state.type, state.name));
    request.setOlds(toStruct(state.outputs));
    request.setOldInputs(toStruct(state.inputs));
    request.setNews(toStruct(news));
    request.setTimeout(timeoutSeconds);
    const answer = await this.#call<"UpdateResponse">("update", request);
    return { ...state, inputs: news, outputs: properties(answer.getProperties()) };
  }

  /** Read as in a refresh, and what the engine's Diff after it prints as drift. `undefined` where it is gone. */
  async refresh(state: State): Promise<(State & { drift: Record<string, string> }) | undefined> {
    const request = new messages.ReadRequest();
    request.setId(state.id);
    request.setUrn(this.urn(state.type, state.name));
    request.setProperties(toStruct(state.outputs));
    request.setInputs(toStruct(state.inputs));
    const answer = await this.#call<"ReadResponse">("read", request);
    if (answer.getId() === "") return undefined;
    const [inputs, outputs] = [properties(answer.getInputs()), properties(answer.getProperties())];
    const drift = await this.#diff(state, inputs, outputs, state.inputs);
    return { ...state, id: answer.getId(), inputs, outputs, drift };
  }

  async read(type: string, name: string, id: string): Promise<State | undefined> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setUrn(this.urn(type, name));
    const answer = await this.#call<"ReadResponse">("read", request);
    if (answer.getId() === "") return undefined;
    return {
      type,
      name,
      id: answer.getId(),
      inputs: properties(answer.getInputs()),
      outputs: properties(answer.getProperties()),
    };
  }

  async remove(state: State): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(state.id);
    request.setUrn(this.urn(state.type, state.name));
    request.setProperties(toStruct(state.outputs));
    request.setOldInputs(toStruct(state.inputs));
    await this.#call("delete", request);
  }

  async cancel(): Promise<void> {
    const { default: empty } = await import("google-protobuf/google/protobuf/empty_pb.js");
    await this.#call("cancel", new empty.Empty());
  }

  /** Whether the resource is deleted before its replacement is made. */
  async goesFirst(state: State, args: Properties): Promise<boolean> {
    const news = await this.check(state.type, state.name, args, state.inputs);
    return (await this.#diffAnswer(state, state.inputs, state.outputs, news)).getDeletebeforereplace();
  }

  async #diff(state: State, oldInputs: Properties, olds: Properties, news: Properties) {
    const answer = await this.#diffAnswer(state, oldInputs, olds, news);
    const kinds = Object.entries(messages.PropertyDiff.Kind);
    const found: Record<string, string> = {};
    answer.getDetaileddiffMap().forEach((property: InstanceType<typeof messages.PropertyDiff>, path: string) => {
      found[path] = kinds.find(([, kind]) => kind === property.getKind())?.[0] ?? "";
    });
    return found;
  }

  #diffAnswer(state: State, oldInputs: Properties, olds: Properties, news: Properties) {
    const request = new messages.DiffRequest();
    request.setId(state.id);
    request.setUrn(this.urn(state.type, state.name));
    request.setOlds(toStruct(olds));
    request.setOldInputs(toStruct(oldInputs));
    request.setNews(toStruct(news));
    return this.#call<"DiffResponse">("diff", request);
  }

  #checked(answer: InstanceType<typeof messages.CheckResponse>): { inputs: Properties } {
    const failures = answer.getFailuresList();
    // A property name would make the CLI print that property's value, secrets included.
    if (failures.some((failure) => failure.getProperty() !== "")) throw new Error("a check failure names a property");
    if (failures.length > 0) throw new CheckFailed(failures.map((failure) => failure.getReason()));
    return { inputs: properties(answer.getInputs()) };
  }

  #call<K extends keyof Messages>(method: string, request: unknown): Promise<Message<K>> {
    return new Promise((resolve, reject) => {
      this.#client[method]?.call(this.#client, request, (error, answer) => (error ? reject(error) : resolve(answer)));
    });
  }
}

const properties = (struct: Parameters<typeof fromStruct>[0]) => fromStruct(struct) as Properties;

/** What the engine stores after a create or update that ended half made. */
export function halfMade(error: unknown): { id: string; inputs?: Properties; outputs: Properties; reasons: string[] } {
  const [raw] = (error as ServiceError).metadata.get("grpc-status-details-bin");
  if (raw === undefined) throw new Error(`not a half-made resource: ${(error as Error).message}`);
  const detail = unpack(raw as Buffer);
  return {
    id: detail.getId(),
    // Only a refresh says them.
    ...(detail.hasInputs() ? { inputs: properties(detail.getInputs()) } : {}),
    outputs: properties(detail.getProperties()),
    reasons: detail.getReasonsList(),
  };
}

function unpack(raw: Buffer) {
  const bytes = status.Status.deserializeBinary(raw).getDetailsList()[0]?.getValue_asU8();
  return messages.ErrorResourceInitFailed.deserializeBinary(bytes ?? new Uint8Array());
}

const { default: status } = await import("@pulumi/pulumi/proto/status_pb.js");

/** Marks a value as the engine marks secrets. */
export const secret = (value: Properties[string]): Properties[string] => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  value,
});
