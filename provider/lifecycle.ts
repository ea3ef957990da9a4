import type { z } from "zod";
import type { FlyClient } from "../fly/client.ts";
import type { Difference } from "./diff.ts";
import type { Path, Properties } from "./value.ts";

/** What a lifecycle works with during one call of the engine's. */
export interface Context {
  /** Fly, as the provider was configured to reach it; calls end when the user cancels or the time is up. */
  fly: FlyClient;
  /** Fires when the user cancels or the time is up: for what waits without a call. */
  signal: AbortSignal;
  /** Slug of the organisation for new apps: configured, or learnt from the token. */
  org(): Promise<string>;
  urn: string;
  /** `<organization>/<project>/<stack>` of the resource. */
  stack: string;
  /** Name in the program. */
  name: string;
  /** How long the user gives the call (`customTimeouts`), after which it is ended; 0 where nothing was said. */
  timeoutSeconds: number;
  /** Shows a passing text in the resource's row; the last one should be "". */
  report(text: string): void;
  /** Lists what was done under the run's diagnostics. */
  inform(text: string): void;
  /** Shows a warning once for the resource. */
  warn(text: string): void;
  /** Says a warning about a shared thing once in this process, whoever notices it first. */
  warnOnce(key: string, text: string): void;
}

/** Something the program's author has to change, found before anything is touched. */
export interface Problem {
  path: Path;
  message: string;
}

/** What exists after a create, a read or an update. Outputs are merged over the inputs, so rules read one dialect. */
export interface Existing {
  id: string;
  /** What the provider adds to the inputs. */
  outputs: Properties;
  /** Places in the outputs whose values may be secret, though nothing in the inputs marks them so. */
  outputSecrets?: Path[];
}

/** A resource as Read found it: `inputs` as a program would have to spell them to get what is there. */
export interface Found extends Existing {
  inputs: Properties;
  /** Places in the inputs whose values came from Fly and may be secret, though nothing marks them so. */
  secrets?: Path[];
  /** What an earlier run began and has not ended: the next one goes on with it whatever Diff says. */
  unended?: string | undefined;
}

/** What the state holds of a resource. */
export interface Known {
  inputs: Properties;
  outputs: Properties;
}

/** How a kind of resource is checked, made, read, changed and removed. `I` are its inputs after defaults. */
export interface Lifecycle<I = unknown> {
  /** Pulumi type, `airworthy:index:Volume`. */
  token: string;
  /**
   * Validator, defaults, and by `.meta` the replace list (`replaceOnChanges`), the secret list (`secret`) and what cannot
   * be changed at all (`refusedOnChange`, with the way to go instead).
   */
  inputs: z.ZodObject;
  /** Outputs beyond the inputs, for the package schema. */
  outputs: z.ZodObject;
  /** Whether a replacement cannot stand beside what it replaces, which therefore goes first. @default it never has to */
  deleteBeforeReplace?(known: Known, news: Properties): boolean;
  /** What the schema cannot say: rules across fields, and against what was declared before. Unknown values may occur. */
  check?(news: Properties, olds: Properties | undefined): Problem[];
  /** What the resource is at Fly, in words: two of a stack that are the same would fight over it, so the second is refused. */
  identity?(news: Properties): string | undefined;
  /** Name by which `airworthy:pins` holds it at a release, where that is known. */
  pinnedAs?(news: Properties): string | undefined;
  /** Takes differences out that Fly caused and nobody has to mend, and adds what time alone has brought about. */
  settle?(differences: Difference[], known: Known, news: Properties): Difference[];
  /** What is certain before the resource exists, so that a first preview knows it too. */
  foresee?(news: Properties): Existing | undefined;
  create(context: Context, inputs: I): Promise<Existing>;
  /** `undefined` where the resource is proven gone. `known` is missing on import. */
  read(context: Context, id: string, known: Known | undefined): Promise<Found | undefined>;
  /** Converges on `inputs` from whatever is live: after a failed update `known` mixes old inputs with new outputs. */
  update?(context: Context, id: string, inputs: I, known: Known): Promise<Existing>;
  remove(context: Context, id: string, known: Known): Promise<void>;
}

/** Binds the type of the inputs to the schema while a lifecycle is written. */
export const defineLifecycle = <S extends z.ZodObject>(
  lifecycle: Omit<Lifecycle<z.output<S>>, "inputs"> & { inputs: S },
): Lifecycle => lifecycle as unknown as Lifecycle;

/** Names of the fields whose schema carries a mark; `stable` outputs are those no update changes. */
export const marked = (schema: z.ZodObject, mark: "replaceOnChanges" | "secret" | "stable"): string[] =>
  Object.entries(schema.shape).flatMap(([name, field]) => ((field as z.ZodType).meta()?.[mark] === true ? [name] : []));

/** A resource that exists in part: reported with its id and state, so that the next run goes on from there. */
export class HalfMade extends Error {
  override readonly name = "HalfMade";
  readonly existing: Existing;
  /** The inputs that are in force, where they are not those that were asked for. */
  readonly inForce: Properties | undefined;

  constructor(existing: Existing, reason: string, options: ErrorOptions & { inForce?: Properties } = {}) {
    super(reason, options);
    this.existing = existing;
    this.inForce = options.inForce;
  }
}
