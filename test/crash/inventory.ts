import type { Machine, Volume } from "../../emulator/record.ts";
import type { World } from "../../emulator/state.ts";

/** One thing that exists at the local Fly. */
export interface Item {
  /** What it is, ids aside: two with the same name are one too many. */
  what: string;
  /** What is to be so about it, ids aside. */
  like: Record<string, unknown>;
  id: string;
}

const gone = ["destroyed", "destroying", "waiting_for_detach", "pending_destroy", "deleting", "deleted"];

/** Longer than a machine takes to come up: nobody waits for those that `immediate` changes. */
const underWayMs = 20_000;

/** Everything that exists, with what is declared of it. */
export function inventory(world: World): Item[] {
  // Leases do not age by it.
  world.clock.skipTo(world.clock.now() + underWayMs);
  world.settle();
  const there = <T extends { state: string }>(items: T[]) => items.filter(({ state }) => !gone.includes(state));
  const apps = world.apps.all().filter(({ goneAt }) => goneAt === undefined);
  return [
    ...apps.map(({ name, id }) => ({ what: `app ${name}`, like: {}, id })),
    ...apps.flatMap(({ name }) => [
      ...there(world.machines.of(name)).map((machine) => machineItem(world, machine)),
      ...there(world.volumes.of(name)).map((volume) => volumeItem(world, volume)),
      ...world.ips.of(name).map(({ type, region, ip }) => ({ what: `address ${type} ${region}`, like: {}, id: ip })),
      ...world.certificates.of(name).map(({ hostname, state }) => ({
        what: `certificate ${hostname}`,
        like: { state },
        id: hostname,
      })),
      ...world.secrets.of(name).map((secret) => ({ what: `secret ${secret.name}`, like: {}, id: secret.name })),
    ]),
    ...world.tokens
      .all()
      .filter(({ revokedAt }) => revokedAt === undefined)
      .map(({ name, id }) => ({ what: `token ${name}`, like: {}, id })),
    ...there(world.clusters.all()).map(({ name, id, state, plan, diskSizeGb, databases, users, attached }) => ({
      what: `database ${name}`,
      like: { state, plan, diskSizeGb, databases, users: users.map((user) => user.name), attached: attached.length },
      id,
    })),
  ];
}

/**
 * Labels that are others where the history is another. The config's counts the changes of secrets too; that it is the
 * declared one shows in one more run, which changes nothing.
 */
const historical = [
  "airworthy_config",
  "airworthy_release",
  "airworthy_replaces",
  "airworthy_tag",
  "airworthy_volume",
  "fly_release_id",
  "fly_release_version",
];

function machineItem(world: World, machine: Machine): Item {
  const { config, region, state, cordoned, app, id } = machine;
  const { metadata = {}, mounts = [], ...rest } = config;
  const labels = Object.fromEntries(Object.entries(metadata).filter(([label]) => !historical.includes(label)));
  const { airworthy_group: group, airworthy_slot: slot, airworthy_phase: phase } = labels;
  const mounted = mounts.map(({ volume = "", path }) => `${path} ${world.volumes.get(volume)?.name}`);
  return {
    what: `machine ${group ?? metadata["fly_process_group"]}/${phase ?? slot}`,
    like: { app, region, state, cordoned, mounted, labels, ...rest },
    id,
  };
}

function volumeItem(world: World, { name, region, sizeGb, snapshotRetention, attachedTo, id }: Volume): Item {
  const owner = attachedTo === null ? undefined : world.machines.get(attachedTo);
  const used = owner === undefined ? "unused" : `of ${owner.config.metadata?.["airworthy_slot"]}`;
  return { what: `volume ${name} ${region}`, like: { sizeGb, snapshotRetention, used }, id };
}

/** How what exists differs from what a run without faults made. */
export interface Deviation {
  duplicates: string[];
  lost: string[];
  others: string[];
  /** Tokens whose value nobody has: which they are no later run can tell, so the provider names them and revokes none. */
  strays: string[];
}

/** Compares by names; what had its data before has to be the same thing by its id as well. */
export function compare(found: Item[], wanted: Item[], before: Item[]): Deviation {
  const [there, then] = [byWhat(found), byWhat(wanted)];
  const all = [...new Set([...there.keys(), ...then.keys()])].sort();
  const surplus = (what: string) => (there.get(what)?.length ?? 0) - (then.get(what)?.length ?? 0);
  const equal = all.filter((what) => surplus(what) === 0);
  const kept = before.filter((item) => hasData(item) && then.get(item.what)?.some(({ id }) => id === item.id));
  const replaced = kept.filter(({ what, id }) => !there.get(what)?.some((item) => item.id === id));
  return {
    duplicates: all.filter((what) => surplus(what) > 0 && !what.startsWith("token ")),
    strays: all.filter((what) => surplus(what) > 0 && what.startsWith("token ")),
    lost: [...all.filter((what) => surplus(what) < 0), ...replaced.map(({ what, id }) => `${what}, which was ${id}`)],
    others: equal.flatMap((what) => unlike(what, there.get(what) ?? [], then.get(what) ?? [])),
  };
}

const hasData = ({ what }: Item) => /^(app|volume|database) /.test(what);

const byWhat = (items: Item[]) => Map.groupBy(items, ({ what }) => what);

/** Where things of one name are others than they should be. */
function unlike(what: string, found: Item[], wanted: Item[]): string[] {
  const texts = (items: Item[], key: string) =>
    items
      .map(({ like }) => JSON.stringify(like[key]))
      .sort()
      .join("; ");
  const keys = new Set([...found, ...wanted].flatMap(({ like }) => Object.keys(like)));
  return [...keys]
    .filter((key) => texts(found, key) !== texts(wanted, key))
    .map((key) => `${what} has ${key} ${texts(found, key)} and should have ${texts(wanted, key)}`);
}

/** Leases that are held at this moment. */
export function leases(world: World): string[] {
  const now = world.clock.attended();
  return world.machines
    .all()
    .filter(({ state, lease }) => !gone.includes(state) && lease !== undefined && lease.expires > now)
    .map(({ name }) => name);
}
