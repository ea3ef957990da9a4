import type { FlyMachine, WireConfig } from "../../fly/machine.ts";
import type { Context } from "../lifecycle.ts";
import type { Path, Properties, Value } from "../value.ts";
import { flysOwn, without } from "./drift.ts";
import { plainConfig } from "./plain.ts";
import { beyond, declarable, type Shape } from "./shape.ts";
import { fromWire, isObject, merged } from "./wire.ts";

/** A config as a program would declare it. */
export interface ReadConfig {
  config: Properties;
  /** What is documented of Fly's and not in our schema, in Fly's spelling. */
  raw: Properties | undefined;
  /** Places of what is neither; it cannot be declared, and the next change drops it. */
  unknown: string[];
}

/** Labels that flyctl and we write (fly/api.md §9.5). */
const labels = /^(fly_|airworthy_)/;

/** Reads a machine's config as a program would have to spell it: without Fly's defaults, and what is written anyway. */
export function readConfig(wire: WireConfig): ReadConfig {
  const unknown = new Set<string>();
  const { own, raw } = part(declared(wire), declarable, beyond, "", unknown);
  return {
    config: plainConfig(fromWire(own ?? {}) as Value) as Properties,
    raw: raw as Properties | undefined,
    unknown: [...unknown],
  };
}

/** A config without what the provider, flyctl and Fly write into it. */
function declared({ env, metadata, mounts, size: _, ...config }: WireConfig): WireConfig {
  return {
    ...config,
    env: without(env as Record<string, string>, flysOwn),
    metadata: without(metadata as Record<string, string>, labels),
    mounts: ((mounts ?? []) as WireConfig[]).map(
      ({ volume: _volume, name: _name, size_gb: _size, encrypted: _encrypted, ...mount }) => mount,
    ),
  };
}

interface Part {
  own?: unknown;
  raw?: unknown;
}

/** Parts a value: what our schema can say, and what only `raw` can. */
function part(value: unknown, own: Shape | undefined, more: Shape | undefined, at: string, unknown: Set<string>): Part {
  if (isNothing(value)) return {};
  if (own === undefined && more === undefined) {
    unknown.add(at);
    return {};
  }
  if (own === true) return { own: value };
  if (more === true) return { raw: value };
  if (Array.isArray(value)) return partList(value, itemOf(own), itemOf(more), `${at}[]`, unknown);
  if (!isObject(value)) return own === undefined ? { raw: value } : { own: value };
  const parts = Object.entries(value).map(([name, item]) => {
    const where = at === "" ? name : `${at}.${name}`;
    return [name, part(item, fieldOf(own, name), fieldOf(more, name), where, unknown)] as const;
  });
  const side = (which: "own" | "raw") => {
    const fields = parts.flatMap(([name, one]) => (one[which] === undefined ? [] : [[name, one[which]]]));
    return fields.length === 0 ? undefined : Object.fromEntries(fields);
  };
  return { own: side("own"), raw: side("raw") };
}

/** `raw` takes a list in whole or not at all, because it replaces the other. */
function partList(list: unknown[], own: Shape | undefined, more: Shape | undefined, at: string, unknown: Set<string>) {
  const parts = list.map((item) => part(item, own, more, at, unknown));
  if (own !== undefined && parts.every(({ raw }) => raw === undefined))
    return { own: parts.map((one) => one.own ?? {}) };
  return { raw: parts.map((one) => merged(one.own ?? {}, one.raw ?? {})) };
}

const itemOf = (shape: Shape | undefined): Shape | undefined => (Array.isArray(shape) ? shape[0] : undefined);

const fieldOf = (shape: Shape | undefined, name: string): Shape | undefined =>
  isObject(shape) ? ((shape[name] ?? shape["*"]) as Shape | undefined) : undefined;

const isNothing = (value: unknown) =>
  value === null || value === undefined || (typeof value === "object" && Object.keys(value).length === 0);

/** Says once what of a machine cannot be taken over. */
export function warnOfUnknown(context: Context, { id }: FlyMachine, { unknown }: ReadConfig): void {
  if (unknown.length === 0) return;
  const what = unknown.map((at) => `config.${at}`).join(", ");
  context.warn(
    `machine ${id} has settings that this version of Airworthy does not know: ${what}. They are left out, and the machine's next change drops them unless \`raw\` says them`,
  );
}

const secretName =
  /secret|token|passw|pwd|key|credential|private|auth|cert|dsn|salt|sign|webhook|cookie|session|_ur[li]$/i;

/** An address with a password in it, or a long run of letters and figures that no person chose. */
const secretValue = /:\/\/[^/\s]*:[^/\s]*@|(?=\S*\d)(?=\S*[A-Za-z])^[\w+/=.-]{24,}$/;

/**
 * Places in what was imported that may hold a secret, which nothing at Fly tells. A variable is shown in plain text only
 * where neither its name nor its value looks like one; the content of files never is.
 */
export function secretPlaces({ config, raw }: Pick<ReadConfig, "config" | "raw">): Path[] {
  const leaves = (value: Value | undefined, path: Path): [Path, string][] =>
    typeof value === "string"
      ? [[path, value]]
      : value !== null && typeof value === "object"
        ? Object.entries(value).flatMap(([key, item]) =>
            leaves(item, [...path, Array.isArray(value) ? Number(key) : key]),
          )
        : [];
  const files = leaves(config["files"], ["config", "files"]).filter(([path]) => path.at(-1) === "rawValue");
  const others = [
    ...leaves(config["env"], ["config", "env"]),
    ...leaves(config["init"], ["config", "init"]),
    ...leaves(raw, ["raw"]),
  ];
  const name = (path: Path) => String(path.findLast((key) => typeof key === "string"));
  return [...files, ...others.filter(([path, text]) => secretName.test(name(path)) || secretValue.test(text))].map(
    ([path]) => path,
  );
}
