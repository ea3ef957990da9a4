import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type LocalFly, startLocalFly } from "../../emulator/locate.ts";
import { isAlive } from "../support/alive.ts";
import { Caller, type Reply } from "./local-fly.ts";

const entry = fileURLToPath(new URL("../../emulator/main.ts", import.meta.url));
const seed = 20_261_123;
const rounds = 20;
const streamsPerRound = 10;

let project: string;
let fly: LocalFly | undefined;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), "airworthy-"));
  writeFileSync(join(project, "Pulumi.yaml"), "name: test\n");
});

afterEach(async () => {
  await kill();
  rmSync(project, { recursive: true, force: true });
});

async function kill(): Promise<void> {
  if (fly === undefined) return;
  process.kill(fly.pid, "SIGKILL");
  while (isAlive(fly.pid)) await sleep(2);
  fly = undefined;
}

/** The same numbers from 0 to 1 for the same seed. */
function dice(start: number): () => number {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What a stream's caller was told is there: `undefined` is gone. By kind and name. */
type Told = Map<string, unknown>;

/** Sends one random change and, once it is acknowledged, notes it. */
type Step = (caller: Caller) => Promise<void>;

/** A client that changes its own app until the connection breaks. */
class Stream {
  readonly app: string;
  readonly told: Told = new Map();
  /** What was under way when the connection broke: may have happened, whole, or not at all. */
  open: string | undefined;
  acknowledged = 0;
  readonly #random: () => number;
  #number = 0;

  constructor(name: string, random: () => number) {
    this.app = `/v1/apps/${name}`;
    this.#random = random;
  }

  async run(caller: Caller): Promise<void> {
    try {
      await this.#change("app", true, () => caller.post("/v1/apps", { name: this.app.slice(9), org_slug: "local" }));
      for (;;) await this.#step()(caller);
    } catch (error) {
      // A connection that broke; anything else is what this test is looking for.
      if (!(error instanceof TypeError)) throw error;
    }
  }

  #step(): Step {
    const machine = this.#any("machine");
    const secret = this.#any("secret");
    const steps: Step[] = [(caller) => this.#mounted(caller), (caller) => this.#secret(caller, `S${this.#number++}`)];
    if (machine !== undefined) {
      steps.push((caller) => this.#label(caller, machine));
      steps.push((caller) =>
        this.#change(machine, undefined, () => caller.delete(`${this.#path(machine)}?force=true`)),
      );
    }
    if (secret !== undefined) {
      const path = `${this.app}/secrets/${secret.split(" ")[1]}`;
      steps.push((caller) => this.#change(secret, undefined, () => caller.delete(path)));
    }
    return steps[Math.floor(this.#random() * steps.length)] as Step;
  }

  /** A volume and a machine on it: one call that changes several records. */
  async #mounted(caller: Caller): Promise<void> {
    const volume = `vol_${this.#number++}`;
    const made = await this.#change(`volume ${volume}`, 1, () =>
      caller.post(`${this.app}/volumes`, { name: volume, region: "iad", size_gb: 1 }),
    );
    const name = `m${this.#number++}`;
    const mounts = [{ volume: made.id, path: "/data" }];
    const config = { image: "nginx", metadata: { turn: "0" }, mounts };
    const { id } = await this.#change(`machine ${name}`, "0", () =>
      caller.post(`${this.app}/machines`, { name, region: "iad", config }),
    );
    this.#ids.set(`machine ${name}`, id);
  }

  readonly #ids = new Map<string, string>();

  #path = (machine: string) => `${this.app}/machines/${this.#ids.get(machine)}`;

  async #label(caller: Caller, machine: string): Promise<void> {
    const turn = String(this.#number++);
    await this.#change(machine, turn, () => caller.post(`${this.#path(machine)}/metadata/turn`, { value: turn }));
  }

  async #secret(caller: Caller, name: string): Promise<void> {
    await this.#change(`secret ${name}`, true, () => caller.post(`${this.app}/secrets/${name}`, { value: "x" }));
  }

  async #change(what: string, becomes: unknown, send: () => Promise<Reply>) {
    this.open = what;
    const { status, body } = await send();
    expect([what, status < 300]).toEqual([what, true]);
    this.told.set(what, becomes);
    this.open = undefined;
    this.acknowledged++;
    return body;
  }

  #any(kind: string): string | undefined {
    const those = [...this.told].filter(([what, value]) => what.startsWith(kind) && value !== undefined);
    return those[Math.floor(this.#random() * those.length)]?.[0];
  }
}

/** What is there of a stream's app, in the words of {@link Told}. A machine that lacks a part of itself throws. */
async function found(caller: Caller, { app }: Stream): Promise<Told> {
  if ((await caller.get(app)).status === 404) return new Map();
  const list = async (what: string) => (await caller.get(`${app}/${what}`)).body;
  // Machines last: their list moves the clock, which may detach a volume.
  const [volumes, secrets] = await Promise.all([list("volumes"), list("secrets")]);
  const machines = await list("machines");
  const attached = new Map(volumes.map((one: Record<string, string>) => [one["attached_machine_id"], one["id"]]));
  const there: Told = new Map([["app", true]]);
  for (const { name, id, state, config, image_ref } of machines) {
    expect([name, image_ref?.repository, attached.get(id)]).toEqual([name, "library/nginx", config.mounts[0].volume]);
    if (state !== "destroying") there.set(`machine ${name}`, config.metadata.turn);
  }
  for (const { name, size_gb } of volumes) there.set(`volume ${name}`, size_gb);
  for (const { name } of secrets.secrets) there.set(`secret ${name}`, true);
  return there;
}

/** Acknowledged changes of a stream that are not there, and records that nobody made. */
async function wrong(caller: Caller, stream: Stream): Promise<string[]> {
  const there = await found(caller, stream);
  const names = new Set([...there.keys(), ...stream.told.keys()]);
  names.delete(stream.open ?? "");
  return [...names].filter((name) => there.get(name) !== stream.told.get(name)).map((name) => `${stream.app} ${name}`);
}

test("kill -9 in the middle of 200 streams of changes loses none that was acknowledged", async () => {
  const random = dice(seed);
  const all: Stream[] = [];
  const lost: string[] = [];
  fly = await startLocalFly(project, { entry, idleSeconds: 60 });
  for (let round = 0; round < rounds; round++) {
    const caller = new Caller(fly);
    const streams = Array.from({ length: streamsPerRound }, (_, index) => {
      return new Stream(`s-${round}-${index}`, dice(Math.floor(random() * 2 ** 32)));
    });
    all.push(...streams);
    const until = streamsPerRound * (1 + random() * 12);
    const running = Promise.all(streams.map((stream) => stream.run(caller)));
    while (streams.reduce((sum, { acknowledged }) => sum + acknowledged, 0) < until) await sleep(random() * 3);
    await kill();
    await running;
    fly = await startLocalFly(project, { entry, idleSeconds: 60 });
    for (const stream of streams) lost.push(...(await wrong(new Caller(fly), stream)));
  }
  // What was there after its own kill -9 is there after all the others.
  for (const stream of all) lost.push(...(await wrong(new Caller(fly), stream)));
  const acknowledged = all.reduce((sum, stream) => sum + stream.acknowledged, 0);
  console.log(`${all.length} streams, ${acknowledged} acknowledged changes, ${lost.length} lost`);
  expect(lost).toEqual([]);
  expect(all.filter(({ open }) => open !== undefined).length).toBeGreaterThan(all.length / 2);
}, 120_000);
