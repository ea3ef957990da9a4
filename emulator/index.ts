import type { Clock } from "./clock.ts";
import { Faults } from "./faults.ts";
import type { Hooks } from "./hook.ts";
import { Journal } from "./journal.ts";
import { type ProfileName, profiles } from "./profile.ts";
import { FlyServer } from "./server.ts";
import { World } from "./state.ts";
import { Store } from "./store.ts";

export interface EmulatorOptions {
  /** @default "instant" */
  profile?: ProfileName | undefined;
  /** Where it serves; 0 picks a free port, after a restart the same again if it can. @default 0 */
  port?: number | undefined;
  /** File the world is kept in. @default in memory, gone with the process */
  stateFile?: string | undefined;
  /** Told, at the start and end of each call, how many are under way. */
  onCall?: ((underWay: number) => void) | undefined;
  /**
   * Whether each answer is compared with Fly's document, and a 500 where it differs. For tests: it costs as much as the
   * call. @default false
   */
  checksAnswers?: boolean | undefined;
  /** Told of each call before it is carried out, and before it is answered. @default nobody is */
  hooks?: Hooks | undefined;
}

/** A local Fly that serves. */
export interface Emulator {
  url: string;
  port: number;
  token: string;
  instance: string;
  world: World;
  clock: Clock;
  faults: Faults;
  journal: Journal;
  /** May be set and taken away while it serves. */
  hooks: Hooks;
  close(): Promise<void>;
}

/** Starts a local Fly in this process. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { profile = "instant", port = 0, stateFile = ":memory:", onCall, checksAnswers = false, hooks = {} } = options;
  const store = new Store(stateFile);
  const world = new World(store, profiles[profile]);
  const faults = new Faults();
  const journal = new Journal(store);
  const check = checksAnswers ? (await import("./answer-check.ts")).checkAnswer : undefined;
  const server = new FlyServer({ world, faults, journal }, { onCall, check, hooks });
  const served = await listen(server, store, port);
  const close = async () => {
    await server.close();
    store.close();
  };
  const { token, instance, clock } = world;
  const url = `http://127.0.0.1:${served}`;
  return { url, port: served, token, instance, world, clock, faults, journal, hooks, close };
}

/** A client that outlives a restart finds it again where it was, unless somebody else is there now. */
async function listen(server: FlyServer, store: Store, port: number): Promise<number> {
  const wanted = port === 0 ? Number(store.meta("port", () => "0")) : port;
  const served = await server.listen(wanted).catch((error: NodeJS.ErrnoException) => {
    if (port === 0 && error.code === "EADDRINUSE") return server.listen(0);
    store.close();
    throw error;
  });
  await store.commit({ documents: [], meta: { port: String(served) }, entry: undefined });
  return served;
}
