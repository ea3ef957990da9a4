import type { Properties } from "../../provider/value.ts";
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

/** What is left where only the app is. */
export const nothing = (app: string) => [`app ${app}`];

const gone = ["destroyed", "destroying", "waiting_for_detach", "pending_destroy", "deleting", "deleted"];

/** Everything an app has at the local Fly. */
export function inventory({ fly: { world } }: Lane, app: string): string[] {
  world.settle();
  const apps = world.apps.all().filter(({ name, goneAt }) => name === app && goneAt === undefined);
  const there = <T extends { state: string }>(items: T[]) => items.filter(({ state }) => !gone.includes(state));
  const machines = there(world.machines.of(app)).map(
    ({ name, region, state, config, lease, cordoned }) =>
      // One that takes another's place has a suffix of its own.
      `machine ${name.replace(/-[0-9a-f]{6}$/, "")} ${region} ${state} ${config.image.slice(-3)} ${JSON.stringify(config["env"] ?? {})} ${config.mounts?.[0]?.volume ?? ""}${lease && lease.expires > world.clock.attended() ? " LEASED" : ""}${cordoned ? " CORDONED" : ""}`,
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

type Sketch = Omit<Scenario, "type" | "title">;

/** Scenarios of one kind of resource, each with its title. */
export const of = (type: string, title: string, sketches: Record<string, Sketch>): Scenario[] =>
  Object.entries(sketches).map(([verb, sketch]) => ({ ...sketch, type, title: `${title}: ${verb}` }));

export const declared = ({ type }: Scenario): Declared => ({ type, name: "swept" });
