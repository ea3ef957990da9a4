import { rfc3339 } from "./clock.ts";
import type { Check } from "./config-record.ts";
import { milliseconds } from "./duration.ts";
import type { CheckResult, Machine } from "./record.ts";
import type { World } from "./state.ts";

interface Named {
  name: string;
  check: Check;
}

/** The checks of a machine under the names Fly lists them by (alchemy, replicas; superfly/docs, health-checks). */
function checksOf(machine: Machine): Named[] {
  const named = Object.entries(machine.config.checks ?? {}).map(([name, check]) => ({ name, check }));
  for (const service of machine.config.services ?? []) {
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

const intervalMs = (world: World, { interval }: Check) =>
  (milliseconds(interval ?? "15s") ?? 15_000) / world.profile.pace;

/** A healthy check first passes when its grace is over and it was run once. */
function passesAt(world: World, startedAt: number, check: Check): number {
  const grace = (milliseconds(check.grace_period ?? "5s") ?? 5_000) / world.profile.pace;
  return startedAt + world.profile.durations.checkListed + grace + intervalMs(world, check);
}

const isFailing = (world: World, machine: Machine) => world.platform.failing.includes(machine.config.image);

/** What a check was scripted to say by now: of a script the last result that is due. */
function scriptedResult({ scripted }: Machine, name: string, now: number): CheckResult | undefined {
  const script = scripted[name];
  return script === undefined ? undefined : [script, ...(script.then ?? [])].findLast(({ at }) => at <= now);
}

function resultOf(world: World, machine: Machine, startedAt: number, { name, check }: Named): CheckResult {
  const now = world.clock.now();
  const scripted = scriptedResult(machine, name, now);
  if (scripted !== undefined) return scripted;
  const passes = passesAt(world, startedAt, check);
  if (isFailing(world, machine)) {
    const at = now - ((now - startedAt) % intervalMs(world, check));
    return { status: "critical", output: "connect: connection refused", at };
  }
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
  const checks = checksOf(machine);
  if (checks.length === 0) return undefined;
  if (startedAt === undefined || world.clock.now() < startedAt + world.profile.durations.checkListed) return [];
  return checks.map((named) => {
    const { status, output, at } = resultOf(world, machine, startedAt, named);
    return { name: named.name, status, output, updated_at: rfc3339(at) };
  });
}

/** When a result next changes, or, where a check never passes, when it is next run. */
export function nextCheckChange(world: World, machine: Machine): number | undefined {
  const { startedAt } = machine;
  if (startedAt === undefined) return undefined;
  const now = world.clock.now();
  const listed = startedAt + world.profile.durations.checkListed;
  const scripted = Object.values(machine.scripted)
    .flatMap((script) => [script, ...(script.then ?? [])].map(({ at }) => at))
    .filter((moment) => moment > now);
  const moments = checksOf(machine)
    .filter(({ name }) => scriptedResult(machine, name, now) === undefined)
    .flatMap(({ check }) => {
      const passes = passesAt(world, startedAt, check);
      return isFailing(world, machine)
        ? [listed, now + intervalMs(world, check)]
        : [listed, (listed + passes) / 2, passes];
    })
    .filter((moment) => moment > now)
    .concat(scripted);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/**
 * What the proxy makes of a running machine's service checks: it sends requests only where they pass, and waits for
 * what has just started (superfly/docs, health-checks).
 */
export function readiness(world: World, machine: Machine): "passing" | "soon" | "failing" {
  const { startedAt } = machine;
  const results = checksOf(machine)
    .filter(({ name }) => name.startsWith("servicecheck-"))
    .map((named) => ({ named, result: resultOf(world, machine, startedAt ?? world.clock.now(), named) }))
    .filter(({ result }) => result.status !== "passing");
  if (results.length === 0) return "passing";
  const isSettled = ({ name }: Named) =>
    isFailing(world, machine) || scriptedResult(machine, name, world.clock.now()) !== undefined;
  return results.some(({ named }) => isSettled(named)) ? "failing" : "soon";
}
