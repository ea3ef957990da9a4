import { durationMs, formatDuration } from "../../fly/duration.ts";
import { cpuKinds } from "../../fly/sizes.ts";
import { same, type Value } from "../value.ts";

type Fields = { [name: string]: Value };

/**
 * What Fly takes where nothing is said (superfly/docs, machines API and configuration reference, as of 2026-08), by the
 * name of the object that lacks it, in the inputs' spelling. What Fly is not known to fill in is not here.
 */
const defaults: Record<string, Fields> = {
  config: { autoDestroy: false },
  guest: { cpuKind: "shared", cpus: 1 },
  init: { tty: false, swapSizeMb: 0 },
  services: { protocol: "tcp", autostop: "off", minMachinesRunning: 0 },
  ports: { forceHttps: false },
  concurrency: { type: "connections" },
  checks: { method: "GET", path: "/", protocol: "http" },
  stopConfig: { signal: "SIGINT", timeout: "5s" },
};

/** Maps whose keys are names that people chose. */
const ofNames = new Set(["env", "metadata"]);

const durations = new Set(["interval", "timeout", "gracePeriod"]);

/**
 * A config, in the inputs' spelling, as briefly as it can be said: without what is nothing or Fly's default, durations in
 * one spelling. Two configs that are the same after this are the same to Fly.
 */
export const plainConfig = (config: Value): Value => plain(config, "config");

function plain(value: Value, name: string): Value {
  if (Array.isArray(value)) return value.map((item) => plain(item, name));
  if (durations.has(name)) return plainDuration(value);
  if (name === "autostop" && typeof value === "boolean") return value ? "stop" : "off";
  if (value === null || typeof value !== "object") return value;
  const inner = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .map(
      ([key, item]) =>
        [key, ofNames.has(key) ? item : isOfChecks(name, key) ? byName(item) : plain(item, key)] as const,
    );
  const own = withoutImplied(name, Object.fromEntries(inner));
  const fallbacks = defaults[name] ?? {};
  return Object.fromEntries(
    Object.entries(own).filter(([key, item]) => !isNothing(item) && !same(item, fallbacks[key] ?? null)),
  );
}

/** A machine's own checks stand under names, a service's do not. */
const isOfChecks = (parent: string, key: string) => parent === "config" && key === "checks";

const byName = (checks: Value): Value =>
  isFields(checks)
    ? Object.fromEntries(Object.entries(checks).map(([name, check]) => [name, plain(check, "checks")]))
    : checks;

function plainDuration(value: Value): Value {
  const ms = durationMs(value);
  return ms === undefined ? value : formatDuration(ms);
}

/** Leaves out what follows from what is beside it. */
function withoutImplied(name: string, fields: Fields): Fields {
  if (name === "guest") {
    const { cpuKind = "shared", cpus = 1, memoryMb, ...rest } = fields;
    const least = Object.hasOwn(cpuKinds, String(cpuKind)) ? cpuKinds[cpuKind as "shared"].least * Number(cpus) : 0;
    return memoryMb === least ? { ...rest, cpuKind, cpus } : fields;
  }
  // The policy has to be said wherever anything of it is.
  if (name === "restart")
    return same({ maxRetries: 10, ...fields }, { policy: "on-failure", maxRetries: 10 }) ? {} : fields;
  if (name === "services" && Array.isArray(fields["checks"])) {
    return { ...fields, checks: fields["checks"].map((check) => withoutPort(check, fields["internalPort"])) };
  }
  return fields;
}

function withoutPort(check: Value, internalPort: Value | undefined): Value {
  if (!isFields(check) || check["port"] !== internalPort) return check;
  const { port: _, ...rest } = check;
  return rest;
}

const isFields = (value: Value | undefined): value is Fields =>
  value !== null && typeof value === "object" && !Array.isArray(value);

const isNothing = (value: Value) => value === null || (typeof value === "object" && Object.keys(value).length === 0);
