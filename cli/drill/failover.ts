import { hostname, userInfo } from "node:os";
import { isFlyError } from "../../fly/errors.ts";
import { leaseAcquire, leaseRelease } from "../../fly/lease.ts";
import { type FlyMachine, machineFind, machineList, machineStart, machineStop, reportsOf } from "../../fly/machine.ts";
import { clusterList } from "../../fly/managed-postgres.ts";
import { organisationsOf } from "../../fly/token.ts";
import { lengthOf } from "../local/option.ts";
import { confirm } from "../question.ts";
import { Trouble } from "../trouble.ts";
import { type Finding, type Session, seconds } from "./drill.ts";
import { type Fly, flyOf, wanted } from "./fly.ts";
import { isPostgres, roleOf } from "./postgres-node.ts";

export interface FailoverOptions {
  cluster?: string;
  within: string;
  yes?: boolean;
  local?: boolean;
}

/**
 * Stops the primary of a Postgres that its owner manages, waits until another machine is primary, and starts the first
 * again, which has to come back as a replica. Managed Postgres is refused: Fly has no call that starts a failover.
 */
export async function failover(session: Session, options: FailoverOptions): Promise<Finding> {
  const app = wanted(options.cluster, "the Postgres app with --cluster");
  const withinMs = lengthOf("--within", options.within);
  const fly = await flyOf(session, options);
  const primary = primaryOf(await nodesOf(fly, app), app);
  if (!fly.isLocal && !options.yes) {
    await confirm(
      "failover",
      `Stop ${primary.id}, the primary of Postgres "${app}"? Writes fail until another takes over`,
    );
  }
  const holder = `airworthy drill failover by ${userInfo().username}@${hostname()}`;
  const nonce = await leaseAcquire(fly.client, app, primary.id, holder);
  session.undo(`machine ${primary.id} of "${app}", which has to be started`, () =>
    bringBack(fly, app, primary.id, nonce),
  );

  session.say(`stopping the primary, machine ${primary.id} in ${primary.region}`);
  const start = performance.now();
  await machineStop(fly.client, app, primary.id, nonce);
  const next = await watched(fly, app, withinMs, (nodes) =>
    nodes.find((node) => node.id !== primary.id && roleOf(node) === "primary" && isServing(node)),
  );
  const durationMs = performance.now() - start;
  if (next === undefined) {
    const detail = `no other machine was primary ${seconds(withinMs)} after the primary in ${primary.region} was stopped`;
    return { app, result: "failed", durationMs, detail };
  }
  session.say(`machine ${next.id} in ${next.region} is primary; starting the old one again`);
  await bringBack(fly, app, primary.id, nonce);
  const back = await watched(fly, app, withinMs, (nodes) =>
    nodes.find((node) => node.id === primary.id && roleOf(node) === "replica"),
  );
  const moved = `the primary was stopped in ${primary.region}, and ${seconds(durationMs)} later another in ${next.region} was primary`;
  return back === undefined
    ? {
        app,
        result: "failed",
        durationMs,
        detail: `${moved}; started again, the old one was no replica within ${seconds(withinMs)}`,
      }
    : {
        app,
        result: "passed",
        durationMs,
        detail: `${moved}; the old one came back as its replica. No client was watched`,
      };
}

/** The machines of the cluster; what is no such cluster is said. */
async function nodesOf(fly: Fly, app: string): Promise<FlyMachine[]> {
  const machines = await machineList(fly.client, app);
  if (machines === undefined && (await isManaged(fly, app))) {
    throw new Trouble(
      `"${app}" is managed Postgres: Fly fails it over by itself and offers no call that starts it, so nothing was tried. What of it can be seen, \`airworthy check\` shows; a planned failover is for Fly's support`,
    );
  }
  if (machines === undefined) throw new Trouble(`there is no app and no managed cluster "${app}" at ${fly.name}`);
  const nodes = machines.filter(isPostgres);
  if (nodes.length === 0)
    throw new Trouble(`no machine of app "${app}" runs Postgres of Fly's image (flyio/postgres-flex)`);
  return nodes;
}

async function isManaged({ client }: Fly, name: string): Promise<boolean> {
  const orgs = await organisationsOf(client);
  const clusters = await Promise.all(orgs.map((org) => clusterList(client, org)));
  return clusters.flat().some((cluster) => cluster.id === name || cluster.name === name);
}

/** The one primary of a cluster that can do without it. */
function primaryOf(nodes: readonly FlyMachine[], app: string): FlyMachine {
  const serving = nodes.filter(isServing);
  // repmgr elects by majority: of two, the one that is left has none (fly/api.md §18.2).
  if (serving.length < 3) {
    throw new Trouble(
      `Postgres "${app}" has ${serving.length} healthy of ${nodes.length} machines, and electing takes 3: with its primary stopped nothing would take over. Add replicas first, or mend them`,
    );
  }
  const [primary, ...more] = serving.filter((node) => roleOf(node) === "primary");
  if (primary !== undefined && more.length === 0) return primary;
  throw new Trouble(
    `Postgres "${app}" has ${primary === undefined ? "no" : more.length + 1} primaries by its checks; \`fly status -a ${app}\` shows them`,
  );
}

const isServing = (machine: FlyMachine) =>
  machine.state === "started" && reportsOf(machine).every(({ status }) => status === "passing");

/** Looks again and again until it finds something, at most for so long. */
async function watched<T>(
  { client, pause }: Fly,
  app: string,
  limitMs: number,
  find: (nodes: readonly FlyMachine[]) => T | undefined,
): Promise<T | undefined> {
  for (const until = performance.now() + limitMs; ; await pause()) {
    const found = find((await machineList(client, app)) ?? []);
    if (found !== undefined || performance.now() > until) return found;
  }
}

/** Starts the machine where it does not run, and gives its lease back. */
async function bringBack(fly: Fly, app: string, id: string, nonce: string): Promise<void> {
  const { client, pause } = fly.undoing();
  for (; ; await pause()) {
    const machine = await machineFind(client, app, id);
    if (machine === undefined || machine.state === "started") break;
    // Fly starts no machine that is still stopping: 412.
    await machineStart(client, app, id, nonce).catch((error) => {
      if (!isFlyError(error, "precondition", "conflict")) throw error;
    });
  }
  await leaseRelease(client, app, id, nonce);
}
