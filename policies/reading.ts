import { durationMs } from "../fly/duration.ts";

/** Stands in properties for a value that Pulumi does not know before `up`. */
export const unknown = Symbol("unknown");

/** Why a rule could not look at something. It costs the rule that one subject, never the others. */
export class Unreadable extends Error {
  /** Where the value is. */
  readonly path: string;
  /** What is wrong with it, as the end of a sentence that begins with the path. Never the value. */
  readonly reason: string;

  constructor(path: string, reason: string) {
    super(`${path} ${reason}`);
    this.path = path;
    this.reason = reason;
  }
}

type Spelling = "camel" | "fly";
type Json = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is Json =>
  value !== null && typeof value === "object" && !Array.isArray(value);
const toSnake = (key: string) => key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const join = (path: string, key: string) => {
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
};

/**
 * A property of a resource and the way to it. Nothing is looked at before one of the typed readers is called, so a rule
 * trips only over what it needs: an unknown or a value of the wrong type throws {@link Unreadable}, an absent one reads
 * as `undefined` or empty.
 */
export class Reading {
  /** The way to it from the resource, as a program spells it: `config.services[0].ports`. */
  readonly path: string;
  readonly #value: unknown;
  readonly #spelling: Spelling;
  readonly #over: Reading | undefined;

  private constructor(value: unknown, path: string, spelling: Spelling, over?: Reading) {
    this.#value = value;
    this.path = path;
    this.#spelling = spelling;
    this.#over = over;
  }

  /** All properties of a resource. */
  static of(properties: Json): Reading {
    return new Reading(properties, "", "camel");
  }

  /** This, with `raw` merged over it as the provider does: objects key by key, anything else replaced. */
  under(raw: Reading): Reading {
    if (!raw.present) return this;
    return new Reading(this.#value, this.path, this.#spelling, new Reading(raw.#value, raw.path, "fly"));
  }

  /** Whether there is a value, known or not. */
  get present(): boolean {
    return this.#value !== undefined && this.#value !== null;
  }

  /** Whether there is a value that Pulumi does not know yet. */
  get isUnknown(): boolean {
    return this.#value === unknown;
  }

  /** The property at a dotted camelCase path. */
  at(path: string): Reading {
    return path.split(".").reduce((reading: Reading, key) => reading.#child(key), this);
  }

  #child(key: string, exact = false): Reading {
    const own = this.#own(key, exact);
    if (this.#over === undefined) return own;
    const over = this.#over.#child(key, exact);
    if (!over.present) return own;
    return isObject(own.#value) && isObject(over.#value)
      ? new Reading(own.#value, own.path, own.#spelling, over)
      : over;
  }

  #own(name: string, exact: boolean): Reading {
    const key = this.#spelling === "fly" && !exact ? toSnake(name) : name;
    const path = join(this.path, key);
    if (!this.#known().present) return new Reading(undefined, path, this.#spelling);
    if (!isObject(this.#value)) throw new Unreadable(this.path, "is not an object");
    return new Reading(Object.hasOwn(this.#value, key) ? this.#value[key] : undefined, path, this.#spelling);
  }

  #known(): this {
    if (this.#value === unknown) throw new Unreadable(this.path, "is not known before `up`");
    return this;
  }

  /** Text, a number or a boolean. */
  scalar(): string | number | boolean | undefined {
    if (!this.#known().present) return undefined;
    const value = this.#value;
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
    throw new Unreadable(this.path, "is neither text nor a number");
  }

  text(): string | undefined {
    return this.#typed("string", "is not text") as string | undefined;
  }

  number(): number | undefined {
    return this.#typed("number", "is not a number") as number | undefined;
  }

  flag(): boolean | undefined {
    return this.#typed("boolean", "is neither true nor false") as boolean | undefined;
  }

  #typed(type: "string" | "number" | "boolean", otherwise: string): unknown {
    if (!this.#known().present) return undefined;
    if (typeof this.#value !== type) throw new Unreadable(this.path, otherwise);
    return this.#value;
  }

  /** A duration in milliseconds: `"15s"`, or nanoseconds as the Machines API takes them too. */
  ms(): number | undefined {
    if (!this.#known().present) return undefined;
    const ms = durationMs(this.#value);
    if (ms === undefined) throw new Unreadable(this.path, "is no duration");
    return ms;
  }

  /** The items of a list; none where there is no list. */
  list(): Reading[] {
    if (!this.#known().present) return [];
    if (!Array.isArray(this.#value)) throw new Unreadable(this.path, "is not a list");
    return this.#value.map((item, index) => new Reading(item, `${this.path}[${index}]`, this.#spelling));
  }

  /** The entries of a map whose keys the user chose: they are never respelt. */
  entries(): [key: string, value: Reading][] {
    if (!this.#known().present) return [];
    if (!isObject(this.#value)) throw new Unreadable(this.path, "is not a map");
    const keys = new Set([...Object.keys(this.#value), ...(this.#over?.entries() ?? []).map(([key]) => key)]);
    return [...keys].map((key) => [key, this.#child(key, true)]);
  }

  /** Every text and every unknown within, however deep. */
  *leaves(): Generator<Reading> {
    if (typeof this.#value === "string" || this.#value === unknown) yield this;
    else if (Array.isArray(this.#value)) for (const item of this.list()) yield* item.leaves();
    else if (isObject(this.#value)) for (const [, item] of this.entries()) yield* item.leaves();
  }
}

/** What the reader answers, or `undefined` where it cannot be read: for naming things, not for judging them. */
export function readable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
}
