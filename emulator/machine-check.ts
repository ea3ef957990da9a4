import { rfc3339 } from "./clock.ts";
import type { Check } from "./config-record.ts";
import { milliseconds } from "./duration.ts";
import type { CheckResult, Machine, Platform } from "./record.ts";
import type { World } from "./state.ts";

interface Named {
  name: string;
  check: Check;
}

/** What of the world checks depend on. */
export type Conditions = Pick<World, "profile"> & { platform: Pick<Platform, "failing" | "flapping"> };

/** What of a machine its checks depend on. */
export type Checked = Pick<Machine, "config" | "scripted"> & { startedAt?: number | undefined };

/** The checks of a machine under the names Fly lists them by (alchemy, replicas; superfly/docs, health-checks). */
function checksOf({ config }: Pick<Machine, "config">): Named[] {
  const named = Object.entries(config.checks ?? {}).map(([name, check]) => ({ name, check }));
  for (const service of config.services ?? []) {
    for (const [index, check] of (service.checks ?? []).entries()) {
      const suffix = `${String(index).padStart(2, "0")}-${check.type ?? "tcp"}-${check.port ?? service.internal_port}`;
      named.push({ name: `servicecheck-${suffix}`, check });
      named.push({ name: `bg_deployments_compat-${suffix}`, check });
    }
  }
  return named;
}

/** Whether the machine has a check by that name. */
export const hasCheck = (machine: Machine, name: string) => checksOf(machine).some((check) => check.name === name);

const intervalMs = (world: Conditions, { interval }: Check) =>
  (milliseconds(interval ?? "15s") ?? 15_000) / world.profile.pace;

/** A healthy check first passes when its grace is over and it was run once. */
function passesAt(world: Conditions, startedAt: number, check: Check): number {
  const grace = (milliseconds(check.grace_period ?? "5s") ?? 5_000) / world.profile.pace;
  return startedAt + world.profile.durations.checkListed + grace + intervalMs(world, check);
}

const isFailing = (world: Conditions, { config }: Checked) => world.platform.failing.includes(config.image);
const isFlapping = (world: Conditions, { config }: Checked) => world.platform.flapping?.includes(config.image) ?? false;

/** What a check was scripted to say by then: of a script the last result that is due. */
function scriptedResult({ scripted }: Checked, name: string, at: number): CheckResult | undefined {
  const script = scripted[name];
  return script === undefined ? undefined : [script, ...(script.then ?? [])].findLast((result) => result.at <= at);
}

/** Fails every second time it is run after it passed. */
function flappingResult(passes: number, interval: number, at: number): CheckResult {
  const runs = Math.floor((at - passes) / interval);
  const ran = passes + runs * interval;
  if (runs % 2 === 0) return { status: "passing", output: "Success", at: ran };
  return { status: "critical", output: "connect: connection refused", at: ran };
}

function resultOf(
  world: Conditions,
  machine: Checked,
  startedAt: number,
  { name, check }: Named,
  now: number,
): CheckResult {
  const scripted = scriptedResult(machine, name, now);
  if (scripted !== undefined) return scripted;
  const passes = passesAt(world, startedAt, check);
  if (isFailing(world, machine)) {
    const at = now - ((now - startedAt) % intervalMs(world, check));
    return { status: "critical", output: "connect: connection refused", at };
  }
  if (now >= passes && isFlapping(world, machine)) return flappingResult(passes, intervalMs(world, check), now);
  if (now >= passes) return { status: "passing", output: "Success", at: passes };
  const listed = startedAt + world.profile.durations.checkListed;
  // Half-way the process answers, but not yet often enough.
  const warns = (listed + passes) / 2;
  if (now >= warns) return { status: "warning", output: "waiting for status update", at: warns };
  return { status: "critical", output: "connect: connection refused", at: listed };
}

/** Results as Fly lists them: none before the machine has run for a moment, `undefined` where it has no checks. */
export function checkResults(world: World, machine: Machine) {
  const { startedAt } = machine;
  const now = world.clock.now();
  const checks = checksOf(machine);
  if (checks.length === 0) return undefined;
  if (startedAt === undefined || now < startedAt + world.profile.durations.checkListed) return [];
  return checks.map((named) => {
    const { status, output, at } = resultOf(world, machine, startedAt, named, now);
    return { name: named.name, status, output, updated_at: rfc3339(at) };
  });
}

/** Whether a machine that runs is healthy at that moment: all its checks pass, or it has none. */
export function allPass(world: Conditions, machine: Checked, at: number): boolean {
  const { startedAt } = machine;
  if (startedAt === undefined) return false;
  return checksOf(machine).every((named) => {
    if (at < startedAt + world.profile.durations.checkListed) return false;
    return resultOf(world, machine, startedAt, named, at).status === "passing";
  });
}

/** Moments at which a check's result changes, as far as they can be told then. */
function changesOf(world: Conditions, machine: Checked, startedAt: number, { name, check }: Named, now: number) {
  const script = machine.scripted[name];
  const scripted = script === undefined ? [] : [script, ...(script.then ?? [])].map(({ at }) => at);
  if (scriptedResult(machine, name, now) !== undefined) return scripted;
  const listed = startedAt + world.profile.durations.checkListed;
  if (isFailing(world, machine)) return [...scripted, listed];
  const passes = passesAt(world, startedAt, check);
  const moments = [...scripted, listed, (listed + passes) / 2, passes];
  if (now < passes || !isFlapping(world, machine)) return moments;
  const interval = intervalMs(world, check);
  return [...moments, passes + (Math.floor((now - passes) / interval) + 1) * interval];
}

/** When a result of a machine next changes after that moment. */
export function nextResultChange(world: Conditions, machine: Checked, now: number): number | undefined {
  const { startedAt } = machine;
  if (startedAt === undefined) return undefined;
  const moments = checksOf(machine)
    .flatMap((named) => changesOf(world, machine, startedAt, named, now))
    .filter((moment) => moment > now);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** When a result next changes, or a check that does not pass and will not is next run. */
export function nextCheckChange(world: World, machine: Machine): number | undefined {
  const { startedAt } = machine;
  if (startedAt === undefined) return undefined;
  const now = world.clock.now();
  const runs = checksOf(machine)
    .filter((named) => resultOf(world, machine, startedAt, named, now).status !== "passing")
    .filter((named) => changesOf(world, machine, startedAt, named, now).every((moment) => moment <= now))
    .map(({ check }) => now + intervalMs(world, check));
  const change = nextResultChange(world, machine, now);
  const moments = change === undefined ? runs : [...runs, change];
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/**
 * What the proxy makes of a running machine's service checks: it sends requests only where they pass, and waits for
 * what has just started (superfly/docs, health-checks).
 */
export function readiness(world: World, machine: Machine): "passing" | "soon" | "failing" {
  const now = world.clock.now();
  const startedAt = machine.startedAt ?? now;
  const results = checksOf(machine)
    .filter(({ name }) => name.startsWith("servicecheck-"))
    .map((named) => ({ named, result: resultOf(world, machine, startedAt, named, now) }))
    .filter(({ result }) => result.status !== "passing");
  if (results.length === 0) return "passing";
  const isSettled = ({ name, check }: Named) =>
    isFailing(world, machine) ||
    scriptedResult(machine, name, now) !== undefined ||
    now >= passesAt(world, startedAt, check);
  return results.some(({ named }) => isSettled(named)) ? "failing" : "soon";
}
