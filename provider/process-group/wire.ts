import { createHash } from "node:crypto";
import type { WireConfig } from "../../fly/machine.ts";
import type { GroupInputs, SlotInputs } from "./schema.ts";

/** Keys under which users choose the names, which are never respelt. */
const userMaps = new Set(["env", "metadata"]);
const namedMaps = new Set(["checks"]);

const snake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
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

/** What a slot's machine is to run, in Fly's spelling: config, mount, the slot's autostop, labels, and `raw` last. */
export function wireConfig(inputs: GroupInputs, slot: SlotInputs, labels: Record<string, string>): WireConfig {
  const { mounts, services, metadata, ...config } = inputs.config;
  const own = {
    ...config,
    ...(services && {
      services: services.map((service) => (slot.keepRunning ? { ...service, autostop: "off" } : service)),
    }),
    ...(mounts && slot.volume !== undefined && { mounts: mounts.map((mount) => ({ ...mount, volume: slot.volume })) }),
    metadata: { ...metadata, ...labels },
  };
  return merged(toWire(own), inputs.raw ?? {}) as WireConfig;
}

/** Objects are merged key by key; anything else is taken from the second. */
function merged(base: unknown, over: unknown): unknown {
  if (!isObject(base) || !isObject(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, key in over ? (key in base ? merged(base[key], over[key]) : over[key]) : base[key]]),
  );
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

/**
 * A short name for what a machine is declared to run, kept in its metadata: a rollout that died is continued by the
 * machines that do not carry it yet. Labels are left out, since they change with every release.
 */
export function configTag(inputs: GroupInputs, slot: SlotInputs): string {
  const config = wireConfig(inputs, { ...slot, volume: slot.volume === undefined ? undefined : "" }, {});
  const text = JSON.stringify([sorted(config), slot.region, inputs.minSecretsVersion ?? 0]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}
