import type { FlyClient } from "../fly/client.ts";
import { organisationOf } from "../fly/token.ts";
import { checkInputs, problemText } from "./check.ts";
import { type Connection, connect, introduce, refuseOtherWorld, resolveConnection } from "./connection.ts";
import { differences } from "./diff.ts";
import type { EngineLog } from "./engine.ts";
import { type Context, HalfMade, type Known, type Lifecycle, marked } from "./lifecycle.ts";
import { heldBy } from "./pins.ts";
import { empty, fromStruct, halfMadeError, messages, plainError, toStruct } from "./protocol.ts";
import { lifecycles } from "./registry.ts";
import { concealer, sealed, secretPaths, secretTexts } from "./secrecy.ts";
import { type Lifted, lift, type Path, type Properties, pathText, seal, unknown } from "./value.ts";

type Messages = typeof messages;
type Message<K extends keyof Messages> = Messages[K] extends new () => infer M ? M : never;

/** One run of the provider: what the engine told it, and the calls it answers. */
export class Session {
  readonly #log: EngineLog;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #cancelled = new AbortController();
  #fly: FlyClient | undefined;
  #org: Promise<string> | undefined;
  #connection: Connection | undefined;
  /** Who declares what, by {@link Lifecycle.identity}. */
  readonly #declared = new Map<string, string>();

  constructor(log: EngineLog, environment: NodeJS.ProcessEnv) {
    this.#log = log;
    this.#environment = environment;
  }

  /** Adds the stack's world to the configuration, where the engine keeps it; refuses another than it had. */
  async checkConfig(request: Message<"CheckRequest">) {
    const answer = new messages.CheckResponse();
    const news = lift(fromStruct(request.getNews())).value;
    const olds = lift(fromStruct(request.getOlds())).value;
    try {
      const connection = await resolveConnection(news, this.#environment);
      const { world } = connection;
      refuseOtherWorld(olds["world"], world);
      await introduce(connection, olds["world"] === undefined);
      answer.setInputs(toStruct({ ...fromStruct(request.getNews()), world }));
    } catch (error) {
      const conceal = concealer(lift(fromStruct(request.getNews())), ["token"]);
      answer.addFailures(failure(conceal((error as Error).message)));
    }
    return answer;
  }

  async configure(request: Message<"ConfigureRequest">) {
    const { value, secrets } = lift(fromStruct(request.getArgs()));
    if (typeof value["token"] === "string" && !secrets.some((path) => path.length === 1 && path[0] === "token")) {
      throw plainError(
        "airworthy:token is in the stack's configuration in plain text, and so in every copy of the state. " +
          "Revoke that token, and set a new one with `pulumi config set --secret airworthy:token`",
      );
    }
    try {
      this.#connection = await resolveConnection(value, this.#environment);
      refuseOtherWorld(value["world"], this.#connection.world);
    } catch (error) {
      throw plainError((error as Error).message);
    }
    this.#fly = connect(this.#connection, this.#cancelled.signal);
    const answer = new messages.ConfigureResponse();
    answer.setAcceptsecrets(true);
    answer.setSupportspreview(true);
    return answer;
  }

  async check(request: Message<"CheckRequest">) {
    const lifecycle = this.#lifecycle(request.getUrn());
    const news = lift(fromStruct(request.getNews()));
    const olds = request.hasOlds() ? lift(fromStruct(request.getOlds())).value : undefined;
    this.#fly?.confide(secretTexts(news, marked(lifecycle.inputs, "secret")));
    const { inputs, problems } = checkInputs(lifecycle, news.value, olds);
    const answer = new messages.CheckResponse();
    // Never with a property name: the CLI would print that property's value, secrets included.
    for (const problem of problems) answer.addFailures(failure(problemText(problem)));
    if (problems.length > 0) return answer;
    const rival = this.#rival(lifecycle.identity?.(inputs), request.getUrn());
    if (rival !== undefined) answer.addFailures(failure(rival));
    const held = heldBy(this.#connection?.pins, lifecycle, inputs, olds);
    if (held?.problem !== undefined) answer.addFailures(failure(held.problem));
    if (held !== undefined) this.#log.warn(request.getUrn(), held.warning);
    await this.#log.flushed();
    const checked = held === undefined ? inputs : { ...inputs, pin: held.pin };
    answer.setInputs(toStruct(seal(checked, secretPaths(lifecycle.inputs, checked, news.secrets))));
    return answer;
  }

  async diff(request: Message<"DiffRequest">) {
    const lifecycle = this.#lifecycle(request.getUrn());
    const before = lift(fromStruct(request.getOldInputs()));
    const declared = lift(fromStruct(request.getNews()));
    const known: Known = { inputs: before.value, outputs: lift(fromStruct(request.getOlds())).value };
    const news = declared.value;
    const all = differences(known.inputs, news);
    const found = lifecycle.settle?.(all, known, news) ?? all;
    const replacing = new Set(marked(lifecycle.inputs, "replaceOnChanges"));
    const answer = new messages.DiffResponse();
    answer.setHasdetaileddiff(true);
    answer.setDeletebeforereplace(lifecycle.deleteBeforeReplace?.(known, news) ?? false);
    answer.setChanges(
      found.length > 0 ? messages.DiffResponse.DiffChanges.DIFF_SOME : messages.DiffResponse.DiffChanges.DIFF_NONE,
    );
    for (const { path, kind, replaces: always = false, ofOutputs = false, note } of found) {
      if (note !== undefined) this.#log.warn(request.getUrn(), concealer(before)(concealer(declared)(note)));
      const top = String(path[0]);
      // An unknown value may turn out to be the old one, so it never plans a replacement.
      const replaces = always || (replacing.has(top) && news[top] !== unknown);
      const property = new messages.PropertyDiff();
      property.setKind(
        messages.PropertyDiff.Kind[
          replaces ? (`${kind.toUpperCase()}_REPLACE` as "ADD_REPLACE") : (kind.toUpperCase() as "ADD")
        ],
      );
      property.setInputdiff(!ofOutputs);
      answer.getDetaileddiffMap().set(pathText(path), property);
      if (replaces) answer.addReplaces(pathText(path));
    }
    await this.#log.flushed();
    return answer;
  }

  async create(request: Message<"CreateRequest">) {
    const lifecycle = this.#lifecycle(request.getUrn());
    const inputs = lift(fromStruct(request.getProperties()));
    const answer = new messages.CreateResponse();
    if (request.getPreview()) {
      const foreseen = lifecycle.foresee?.(inputs.value);
      answer.setId(foreseen?.id ?? "");
      answer.setProperties(toStruct(seal({ ...inputs.value, ...foreseen?.outputs }, inputs.secrets)));
      return answer;
    }
    const made = await this.#act(lifecycle, inputs, request.getUrn(), request.getTimeout(), (context) =>
      lifecycle.create(context, inputs.value),
    );
    answer.setId(made.id);
    answer.setProperties(toStruct(sealed(lifecycle, inputs, made)));
    return answer;
  }

  async read(request: Message<"ReadRequest">) {
    const lifecycle = this.#lifecycle(request.getUrn());
    const inputs = lift(fromStruct(request.getInputs()));
    const known = request.hasProperties()
      ? { inputs: inputs.value, outputs: lift(fromStruct(request.getProperties())).value }
      : undefined;
    const answer = new messages.ReadResponse();
    const read = (context: Context) =>
      lifecycle.read({ ...context, fly: context.fly.remembering() }, request.getId(), known);
    const found = await this.#act(lifecycle, inputs, request.getUrn(), 0, read, known?.outputs);
    if (found === undefined) return answer;
    answer.setId(found.id);
    const secrets = [...inputs.secrets, ...(found.secrets ?? [])];
    const live = seal(found.inputs, secretPaths(lifecycle.inputs, found.inputs, secrets));
    const properties = sealed(lifecycle, { value: found.inputs, secrets }, found);
    if (found.unended !== undefined) throw halfMadeError(found.id, properties, found.unended, live);
    answer.setInputs(toStruct(live));
    answer.setProperties(toStruct(properties));
    return answer;
  }

  async update(request: Message<"UpdateRequest">) {
    const lifecycle = this.#lifecycle(request.getUrn());
    const news = lift(fromStruct(request.getNews()));
    const outputs = lift(fromStruct(request.getOlds())).value;
    const before = lift(fromStruct(request.getOldInputs()));
    const known = { inputs: before.value, outputs };
    const answer = new messages.UpdateResponse();
    if (request.getPreview()) {
      answer.setProperties(toStruct(sealed(lifecycle, news, { outputs: stable(lifecycle, outputs) })));
      return answer;
    }
    const act = (context: Context) => {
      if (lifecycle.update === undefined) throw new Error(`${lifecycle.token} has nothing to update`);
      return lifecycle.update(context, request.getId(), news.value, known);
    };
    const [urn, timeout] = [request.getUrn(), request.getTimeout()];
    const updated = await this.#act(lifecycle, news, urn, timeout, act, outputs, before.secrets);
    answer.setProperties(toStruct(sealed(lifecycle, news, updated)));
    return answer;
  }

  async remove(request: Message<"DeleteRequest">) {
    const lifecycle = this.#lifecycle(request.getUrn());
    const inputs = lift(fromStruct(request.getOldInputs()));
    const known = { inputs: inputs.value, outputs: lift(fromStruct(request.getProperties())).value };
    const act = (context: Context) => lifecycle.remove(context, request.getId(), known);
    await this.#act(lifecycle, inputs, request.getUrn(), request.getTimeout(), act, known.outputs);
    return new empty.Empty();
  }

  /** Ends what is under way; each call then answers with what exists. Sent at the end of every run as well. */
  cancel(): void {
    this.#cancelled.abort(new Error("the update was cancelled"));
  }

  async #act<T>(
    lifecycle: Lifecycle,
    inputs: Lifted,
    urn: string,
    timeoutSeconds: number,
    act: (context: Context) => Promise<T>,
    outputs: Properties = {},
    secretsBefore: readonly Path[] = [],
  ): Promise<T> {
    // Of the outputs those that are a secret by themselves: what a group observed is full of words that are none.
    const made = marked(lifecycle.outputs, "secret").filter((name) => typeof outputs[name] === "string");
    const secret = [...marked(lifecycle.inputs, "secret"), ...made];
    const all = { ...inputs, value: { ...outputs, ...inputs.value } };
    const conceal = concealer(all, secret);
    this.#fly?.confide(secretTexts(all, secret));
    const context = this.#context(urn, timeoutSeconds);
    try {
      return await act(context);
    } catch (error) {
      if (!(error instanceof HalfMade)) throw plainError(conceal((error as Error).message));
      const inForce = { value: error.inForce ?? inputs.value, secrets: [...inputs.secrets, ...secretsBefore] };
      const properties = sealed(lifecycle, error.inForce ? inForce : inputs, error.existing);
      throw halfMadeError(error.existing.id, properties, conceal(error.message));
    } finally {
      context.report("");
      await this.#log.flushed();
    }
  }

  #context(urn: string, timeoutSeconds: number): Context {
    if (this.#fly === undefined) throw plainError("the engine called before it configured the provider");
    const ends = timeoutSeconds > 0 ? [AbortSignal.timeout(timeoutSeconds * 1000)] : [];
    const signal = AbortSignal.any([this.#cancelled.signal, ...ends]);
    const fly = this.#fly.withSignal(signal);
    const [, , stack, project] = urn.split(/::?/);
    const log = this.#log;
    let shown = "";
    return {
      fly,
      signal,
      org: () => {
        const configured = this.#connection?.org;
        if (configured !== undefined) return Promise.resolve(configured);
        this.#org ??= organisationOf(fly);
        return this.#org;
      },
      urn,
      stack: `${project}/${stack}`,
      name: nameOf(urn),
      timeoutSeconds,
      report: (text) => {
        if (text !== shown) log.status(urn, text);
        shown = text;
      },
      inform: (text) => log.inform(urn, text),
      warn: (text) => log.warn(urn, text),
      warnOnce: (key, text) => log.warn(urn, text, key),
    };
  }

  /** What is wrong where another resource of the program is the same thing at Fly. */
  #rival(identity: string | undefined, urn: string): string | undefined {
    if (identity === undefined) return undefined;
    const first = this.#declared.get(identity) ?? urn;
    this.#declared.set(identity, first);
    return first === urn ? undefined : `${identity} is declared already, by "${nameOf(first)}": keep one of the two`;
  }

  #lifecycle(urn: string): Lifecycle {
    const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
    const lifecycle = lifecycles.find(({ token }) => token === type);
    if (lifecycle === undefined) throw plainError(`this version of the airworthy provider has no resource ${type}`);
    return lifecycle;
  }
}

const nameOf = (urn: string) => urn.slice(urn.lastIndexOf("::") + 2);

function failure(reason: string) {
  const one = new messages.CheckFailure();
  one.setReason(reason);
  return one;
}

/** Outputs that an update does not change, so that a preview of it keeps them known. */
const stable = (lifecycle: Lifecycle, outputs: Properties): Properties =>
  Object.fromEntries(
    marked(lifecycle.outputs, "stable").flatMap((name) => (name in outputs ? [[name, outputs[name] ?? null]] : [])),
  );
