import { expect } from "vitest";
import { Caller, type Reply } from "../local-fly.ts";

interface RememberedMachine {
  app: string;
  id: string;
  nonce?: string | undefined;
}

/** What a client knows that only believes answers: what it made and has not taken away. */
export class Memory {
  readonly caller: Caller;
  readonly apps = new Set<string>();
  readonly machines: RememberedMachine[] = [];
  readonly volumes: { app: string; id: string; gb: number }[] = [];
  readonly secrets = new Set<string>();
  readonly hostnames = new Set<string>();
  readonly clusters = new Set<string>();
  readonly tokens = new Map<string, string>();

  constructor(fly: { url: string; token: string }) {
    this.caller = new Caller(fly);
  }

  /** Whatever goes with an app. */
  forgetApp(app: string): void {
    this.apps.delete(app);
    for (const list of [this.machines, this.volumes]) {
      for (let index = list.length - 1; index >= 0; index--) if (list[index]?.app === app) list.splice(index, 1);
    }
    for (const names of [this.secrets, this.hostnames]) {
      for (const name of names) if (name.startsWith(`${app} `)) names.delete(name);
    }
  }
}

const idsOf = ({ body }: Reply, key = "id"): string[] => body.map((item: Record<string, string>) => item[key]).sort();

/** What the lists say is what the answers said. */
export async function expectAsRemembered(memory: Memory): Promise<void> {
  const { caller } = memory;
  const { body } = await caller.get("/v1/apps?org_slug=local");
  expect(body.apps.map(({ name }: { name: string }) => name).sort()).toEqual([...memory.apps].sort());
  for (const app of memory.apps) {
    const own = (list: { app: string; id: string }[]) => list.filter((item) => item.app === app).map(({ id }) => id);
    const after = (names: Set<string>) =>
      [...names].filter((name) => name.startsWith(`${app} `)).map((name) => name.slice(app.length + 1));
    const path = `/v1/apps/${app}`;
    const machines = await caller.get(`${path}/machines`);
    machines.body = machines.body.filter(({ state }: { state: string }) => !/^destroy/.test(state));
    expect(idsOf(machines)).toEqual(own(memory.machines).sort());
    const volumes = await caller.get(`${path}/volumes`);
    volumes.body = volumes.body.filter(({ state }: { state: string }) => state === "created");
    expect(idsOf(volumes)).toEqual(own(memory.volumes).sort());
    for (const { id, gb } of memory.volumes) {
      const shown = volumes.body.find((volume: { id: string }) => volume.id === id);
      if (shown !== undefined) expect(shown.size_gb).toBe(gb);
    }
    const secrets = (await caller.get(`${path}/secrets`)).body.secrets;
    expect(secrets.map(({ name }: { name: string }) => name)).toEqual(after(memory.secrets).sort());
    const certificates = (await caller.get(`${path}/certificates`)).body.certificates;
    expect(idsOf({ body: certificates } as Reply, "hostname")).toEqual(after(memory.hostnames).sort());
  }
  const clusters = (await caller.get("/v1/postgres?org_slug=local")).body.data;
  const there = clusters.filter(({ status }: { status: string }) => !status.startsWith("delet"));
  expect(idsOf({ body: there } as Reply)).toEqual([...memory.clusters].sort());
  for (const token of memory.tokens.values()) {
    const headers = { authorization: token };
    expect((await caller.get("/v1/tokens/current", headers)).status).toBe(200);
  }
}
