import type { Properties } from "../../provider/value.ts";
import { groupArgs } from "../support/group.ts";
import { send } from "../support/local-fly.ts";
import type { Declared, Lane } from "./cli.ts";

/** One command on one resource, from a state that a clean run made to the state that is declared. */
export interface Scenario {
  title: string;
  type: string;
  command: "up" | "destroy" | "refresh";
  /** Its readings are those of another scenario. */
  changesOnly?: boolean;
  /** Makes what the resource needs, and answers with the ids the arguments name. */
  prepare?(lane: Lane, app: string): Promise<string[]>;
  /** What is declared before; nothing where the command makes the resource. */
  before?(app: string, ids: string[]): Properties;
  /** What somebody does at Fly between the two. */
  meddle?(lane: Lane, app: string): Promise<void>;
  /** What the command is to bring about; nothing where it deletes. */
  after?(app: string, ids: string[]): Properties;
  /** What must exist at Fly in the end, one line an object, in the order of {@link inventory}. */
  expected(app: string, ids: string[]): string[];
}

const none = (app: string) => [`app ${app}`];

const gone = ["destroyed", "destroying", "waiting_for_detach", "pending_destroy", "deleting", "deleted"];

/** Everything an app has at the local Fly. */
export function inventory({ fly: { world } }: Lane, app: string): string[] {
  world.settle();
  const apps = world.apps.all().filter(({ name, goneAt }) => name === app && goneAt === undefined);
  const there = <T extends { state: string }>(items: T[]) => items.filter(({ state }) => !gone.includes(state));
  const machines = there(world.machines.of(app)).map(
    ({ name, region, state, config, lease }) =>
      `machine ${name} ${region} ${state} ${config.image.slice(-3)} ${JSON.stringify(config["env"] ?? {})} ${config.mounts?.[0]?.volume ?? ""}${lease && lease.expires > world.clock.attended() ? " LEASED" : ""}`,
  );
  const volumes = there(world.volumes.of(app)).map(
    ({ name, sizeGb, snapshotRetention, attachedTo }) =>
      `volume ${name} ${sizeGb} ${snapshotRetention}${attachedTo === null ? "" : " used"}`,
  );
  // Snapshots outlive their volume, and a destroyed one leaves some on purpose.
  const snapshots = there(world.volumes.of(app)).flatMap(({ id, name }) =>
    world.snapshots.of(app).flatMap(({ volume, state }) => (volume === id ? [`snapshot of ${name} ${state}`] : [])),
  );
  return [
    ...apps.map(({ name }) => `app ${name}`),
    ...machines.sort(),
    ...volumes.sort(),
    ...snapshots.sort(),
    ...world.ips.of(app).map(({ type }) => `ip ${type}`),
    ...world.certificates
      .of(app)
      .map(
        ({ hostname, state, custom }) =>
          `certificate ${hostname} ${state}${custom ? `, own of ${new Date(custom.expiresAt).getUTCFullYear()}` : ""}`,
      ),
    ...world.secrets
      .of(app)
      .map(({ name }) => `secret ${name}`)
      .sort(),
    ...world.tokens.of(app).flatMap(({ name, revokedAt }) => (revokedAt === undefined ? [`token ${name}`] : [])),
    // A cluster belongs to no app; a sweep names it after one.
    ...there(world.clusters.all().filter(({ name }) => name === app)).map(
      ({ plan, diskSizeGb, state, databases, users, attached }) =>
        `cluster ${plan} ${diskSizeGb} ${state}: ${databases.join(", ")}; ${users.map(({ name, role }) => `${name} ${role}`).join(", ")};${attached.length === 0 ? "" : " attached"}`,
    ),
  ];
}

const image = (letter: string) => `registry.fly.io/shop@sha256:${letter.repeat(64)}`;
const machine = (slot: string, letter = "a", env = '{"LOG_LEVEL":"info"}', volume = "") =>
  `machine web-${slot} ${slot.slice(0, 3)} started ${letter.repeat(3)} ${env.replace("}", ',"FLY_PROCESS_GROUP":"web"}')} ${volume}`;

const three = (app: string) => groupArgs(app);
const threeMachines = (app: string, letter = "a") => [
  `app ${app}`,
  ...["iad-0", "lhr-0", "lhr-1"].map((slot) => machine(slot, letter)),
];
const scaled = (app: string) => ({
  ...groupArgs(app),
  slots: [
    { name: "iad-0", region: "iad" },
    { name: "lhr-0", region: "lhr" },
    { name: "syd-0", region: "syd" },
  ],
});

const volumeArgs = (app: string) => ({ app, name: "data", region: "iad", sizeGb: 3 });

export async function volumes(lane: Lane, app: string, ...names: string[]): Promise<string[]> {
  const made = names.map((name) => lane.engine.create("Volume", name, { ...volumeArgs(app), name }));
  return (await Promise.all(made)).map(({ id }) => id);
}

/** A volume that a machine wrote to and that is free again: only then is there anything to take a snapshot of. */
export async function usedOnce(lane: Lane, app: string): Promise<void> {
  const [volume] = lane.fly.world.volumes.of(app);
  const config = { image: "redis:7", mounts: [{ volume: volume?.id, path: "/data" }] };
  const { id } = (await send(lane.fly, "POST", `/v1/apps/${app}/machines`, { region: "iad", config })) as {
    id: string;
  };
  await send(lane.fly, "DELETE", `/v1/apps/${app}/machines/${id}?force=true`);
  await send(lane.fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=destroyed`);
}

const stateful = (app: string, volume: string, env = "info"): Properties => ({
  ...groupArgs(app, {}, { mounts: [{ path: "/data" }], env: { LOG_LEVEL: env } }),
  slots: [{ name: "iad-0", region: "iad", volume }],
});

async function changeAllByHand(lane: Lane, app: string): Promise<void> {
  for (const { id, config } of lane.fly.world.machines.of(app)) {
    await send(lane.fly, "POST", `/v1/apps/${app}/machines/${id}`, { config: { ...config, env: { BY: "hand" } } });
    await send(lane.fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=started`);
  }
}

const secretsArgs = (app: string, values: Properties): Properties => ({ app, values });
const secretsBefore = (app: string) =>
  secretsArgs(app, {
    KEPT: "kept-value",
    CHANGED: "old-value",
    DROPPED: "dropped",
    MADE: { generate: { length: 32 } },
  });
const secretsAfter = (app: string) =>
  secretsArgs(app, { KEPT: "kept-value", CHANGED: "new-value", ADDED: "added", MADE: { generate: { length: 32 } } });
const secretLines = (app: string, ...names: string[]) => [`app ${app}`, ...names.map((name) => `secret ${name}`)];

type Sketch = Omit<Scenario, "type" | "title">;

/** Scenarios of one kind of resource, each with its title. */
export const of = (type: string, title: string, sketches: Record<string, Sketch>): Scenario[] =>
  Object.entries(sketches).map(([verb, sketch]) => ({ ...sketch, type, title: `${title}: ${verb}` }));

/** What an app is made of, in every command. The app itself is made by the sweep, but where an App is what is swept. */
export const core: Scenario[] = [
  ...of("App", "an app", {
    create: { command: "up", after: (name) => ({ name }), expected: none },
    update: {
      command: "up",
      before: (name) => ({ name }),
      after: (name) => ({ name, private: true }),
      expected: none,
    },
    delete: { command: "destroy", before: (name) => ({ name }), expected: () => [] },
    refresh: { command: "refresh", before: (name) => ({ name }), expected: none },
  }),
  ...of("Secrets", "secrets", {
    create: {
      command: "up",
      after: secretsBefore,
      expected: (app) => secretLines(app, "CHANGED", "DROPPED", "KEPT", "MADE"),
    },
    update: {
      command: "up",
      before: secretsBefore,
      after: secretsAfter,
      expected: (app) => secretLines(app, "ADDED", "CHANGED", "KEPT", "MADE"),
    },
    delete: { command: "destroy", before: secretsBefore, expected: none },
    refresh: {
      command: "refresh",
      before: secretsBefore,
      expected: (app) => secretLines(app, "CHANGED", "DROPPED", "KEPT", "MADE"),
    },
  }),
  ...of("IpAddress", "an address", {
    create: { command: "up", after: (app) => ({ app, type: "v6" }), expected: (app) => [`app ${app}`, "ip v6"] },
    delete: { command: "destroy", before: (app) => ({ app, type: "v6" }), expected: none },
    refresh: { command: "refresh", before: (app) => ({ app, type: "v6" }), expected: (app) => [`app ${app}`, "ip v6"] },
  }),
  ...of("Volume", "a volume", {
    create: { command: "up", after: volumeArgs, expected: (app) => [`app ${app}`, "volume data 3 14"] },
    update: {
      command: "up",
      before: volumeArgs,
      after: (app) => ({ ...volumeArgs(app), sizeGb: 8, snapshotRetention: 30 }),
      expected: (app) => [`app ${app}`, "volume data 8 30"],
    },
    delete: { command: "destroy", before: volumeArgs, meddle: usedOnce, expected: none },
    refresh: { command: "refresh", before: volumeArgs, expected: (app) => [`app ${app}`, "volume data 3 14"] },
  }),
  ...of("ProcessGroup", "a group of three", {
    create: { command: "up", after: three, expected: (app) => threeMachines(app) },
    update: {
      command: "up",
      before: three,
      after: (app) => groupArgs(app, {}, { image: image("b") }),
      expected: (app) => threeMachines(app, "b"),
    },
    scale: {
      command: "up",
      before: three,
      after: scaled,
      expected: (app) => [`app ${app}`, machine("iad-0"), machine("lhr-0"), machine("syd-0")],
    },
    mend: {
      command: "up",
      before: three,
      meddle: changeAllByHand,
      after: three,
      expected: (app) => threeMachines(app),
    },
    delete: { command: "destroy", before: three, expected: none },
    refresh: { command: "refresh", before: three, expected: (app) => threeMachines(app) },
  }),
  ...of("ProcessGroup", "a group with a volume", {
    create: {
      command: "up",
      prepare: (lane, app) => volumes(lane, app, "data"),
      after: (app, [volume = ""]) => stateful(app, volume),
      expected: (app, [volume]) => [`app ${app}`, machine("iad-0", "a", undefined, volume), "volume data 3 14 used"],
    },
    update: {
      command: "up",
      prepare: (lane, app) => volumes(lane, app, "data"),
      before: (app, [volume = ""]) => stateful(app, volume),
      after: (app, [volume = ""]) => stateful(app, volume, "warn"),
      expected: (app, [volume]) => [
        `app ${app}`,
        machine("iad-0", "a", '{"LOG_LEVEL":"warn"}', volume),
        "volume data 3 14 used",
      ],
    },
    "another volume": {
      command: "up",
      prepare: (lane, app) => volumes(lane, app, "data", "other"),
      before: (app, [volume = ""]) => stateful(app, volume),
      after: (app, [, other = ""]) => stateful(app, other),
      expected: (app, [, other]) => [
        `app ${app}`,
        machine("iad-0", "a", undefined, other),
        "volume data 3 14",
        "volume other 3 14 used",
      ],
    },
    delete: {
      command: "destroy",
      prepare: (lane, app) => volumes(lane, app, "data"),
      before: (app, [volume = ""]) => stateful(app, volume),
      expected: (app) => [`app ${app}`, "volume data 3 14"],
    },
  }),
];

export const declared = ({ type }: Scenario): Declared => ({ type, name: "swept" });
