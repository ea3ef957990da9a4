import { createHash } from "node:crypto";
import type { WireConfig } from "../../fly/machine.ts";
import type { Value } from "../value.ts";
import { keepsImage } from "./image.ts";
import { plainConfig } from "./plain.ts";
import type { MachineConfig } from "./schema.ts";

/** What is declared of a machine, whether by itself or as one of a group. */
export interface Declared {
  config: MachineConfig;
  raw?: Record<string, unknown> | undefined;
  minSecretsVersion?: number | undefined;
  schedule?: string | undefined;
}

/** Where one machine is, and how it differs from its group. */
export interface Place {
  region: string;
  volume?: string | undefined;
  keepRunning?: boolean | undefined;
}

/** What the provider adds to a machine's config, which is no part of what it is declared to run. */
export interface Marks {
  labels?: Record<string, string>;
  env?: Record<string, string>;
  /** Image that runs, where the program says to keep it. */
  image?: string | undefined;
}

/** Keys under which users choose the names, which are never respelt. */
const userMaps = new Set(["env", "metadata"]);
const namedMaps = new Set(["checks"]);

export const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const camel = (name: string) => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/** Inputs' camelCase as Fly's snake_case; the one place where the crossing happens. */
export const toWire = (value: unknown): unknown => respell(value, snake);
/** Fly's snake_case as inputs' camelCase. */
export const fromWire = (value: unknown): unknown => respell(value, camel);

function respell(value: unknown, spell: (name: string) => string, keepNames = false): unknown {
  if (Array.isArray(value)) return value.map((item) => respell(item, spell));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => {
        if (userMaps.has(key) && !keepNames) return [key, item];
        const names = namedMaps.has(key) && !Array.isArray(item);
        return [keepNames ? key : spell(key), respell(item, spell, names)];
      }),
  );
}

/** What a machine is to run, in Fly's spelling: config, mount, its own autostop, marks, and `raw` last. */
export function wireConfig(declared: Declared, place: Place, marks: Marks = {}): WireConfig {
  const { mounts, metadata, ...config } = ownConfig(declared, place);
  const own = {
    ...config,
    ...(keepsImage(config) && marks.image !== undefined && { image: marks.image }),
    ...(marks.env && { env: { ...config.env, ...marks.env } }),
    ...(declared.schedule !== undefined && { schedule: declared.schedule }),
    ...(mounts &&
      place.volume !== undefined && { mounts: mounts.map((mount) => ({ ...mount, volume: place.volume })) }),
    metadata: { ...metadata, ...marks.labels },
  };
  return merged(toWire(own), declared.raw ?? {}) as WireConfig;
}

/** The config of one machine of a group: one that keeps running is never stopped by the proxy. */
function ownConfig({ config }: Declared, { keepRunning }: Place): MachineConfig {
  if (!keepRunning || config.services === undefined) return config;
  return { ...config, services: config.services.map((service) => ({ ...service, autostop: "off" })) };
}

/** Objects are merged key by key; anything else is taken from the second. */
export function merged(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, key in over ? (key in base ? merged(base[key], over[key]) : over[key]) : base[key]]),
  );
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * A short name for what a machine is declared to run, kept in its metadata: a change that died is continued by the
 * machines that do not carry it yet. Marks are left out: labels change with every release, and an image that is kept
 * is no change; nor is a default that is said aloud.
 */
export function configTag(declared: Declared, place: Place): string {
  const config = plainConfig(ownConfig(declared, place) as unknown as Value) as unknown as MachineConfig;
  const own = wireConfig({ ...declared, config }, { region: place.region, volume: place.volume && "" });
  const text = JSON.stringify([sorted(own), place.region, declared.minSecretsVersion ?? 0]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** A value with the keys of its objects in order. */
export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
