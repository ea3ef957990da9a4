import { expect } from "vitest";
import { Collection } from "../../../emulator/collection.ts";
import type { Emulator } from "../../../emulator/index.ts";
import type { Mover } from "../../../emulator/record.ts";
import type { World } from "../../../emulator/state.ts";
import type { Answered } from "./exchange.ts";

/** What Fly itself answers with 5xx, as far as the local Fly shows it. */
const fliesOwn = [
  [503, /^The cluster's admin service is unavailable$/],
  [500, /^secret .* is of type \d, expected \d$/s],
] as const;

/** The answer is one of those Fly gives, in one of its shapes. */
export function expectFlyLike({ status, headers, text }: Answered, operation: string, isEmulated: boolean): void {
  const said = `${operation} answered ${status} ${text.slice(0, 300)}`;
  expect(headers["fly-request-id"], said).toMatch(/^[0-9A-Z]{26}-[a-z]{3}$/);
  if (status === 404 && headers["content-type"]?.startsWith("text/plain")) {
    expect(text).toBe("404 page not found");
    return;
  }
  const body = text === "" ? undefined : JSON.parse(text);
  if (status >= 400) expect(typeof (body?.error ?? body?.message), said).toBe("string");
  const isFlies = fliesOwn.some(([code, words]) => code === status && words.test(body?.error));
  const isSaid = status === 501 && !isEmulated && body.error.startsWith(`${operation} is not emulated`);
  expect(status < 500 || isFlies || isSaid, said).toBe(true);
}

type Kept = Mover;

/** All nouns, also those that come later. */
const nouns = (world: World) =>
  Object.entries(world).filter((pair): pair is [string, Collection<Kept>] => pair[1] instanceof Collection);

/** Everything that is known, in an order of its own. */
export function everything(world: World): Record<string, string[]> {
  const lists = nouns(world).map(([kind, collection]) => [
    kind,
    collection
      .all()
      .map((item) => JSON.stringify(item))
      .sort(),
  ]);
  return Object.fromEntries(lists);
}

/** Takes down what there is. What it answers brings it all back. */
export function remember(world: World): () => Promise<void> {
  const kept = nouns(world).map(([, collection]) => ({ collection, items: structuredClone(collection.all()) }));
  const { platform } = world;
  return async () => {
    world.reset();
    for (const { collection, items } of kept) for (const item of items) world.put(collection, structuredClone(item));
    world.setPlatform(structuredClone(platform));
    await world.commit();
  };
}

/** When something becomes something else without anybody's call. */
export function nextMove(world: World): number {
  const moments = nouns(world).flatMap(([, collection]) =>
    collection.all().flatMap(({ due, goneAt }) => [due, goneAt]),
  );
  return Math.min(...moments.filter((moment) => moment !== undefined));
}

/** What holds whatever anybody sent. */
export function expectConsistent(world: World): void {
  const { apps, machines, volumes, secrets, ips, certificates } = world;
  for (const { id, app, attachedTo } of volumes.all()) {
    expect(apps.get(app)).toBeDefined();
    if (attachedTo === null) continue;
    const machine = machines.get(attachedTo);
    expect(machine, `volume ${id} is attached to a machine that is not there`).toMatchObject({ app });
    expect(machine?.config.mounts).toMatchObject([{ volume: id }]);
  }
  const live = machines.all().filter(({ state }) => state !== "destroyed");
  for (const { id, app, config } of live) {
    expect(apps.get(app)).toBeDefined();
    for (const { volume = "" } of config.mounts ?? []) expect(volumes.get(volume)).toMatchObject({ attachedTo: id });
  }
  expectOneEach(live.map(({ app, name }) => `${app} ${name}`));
  expectOneEach(machines.all().map(({ id }) => id));
  expectOneEach(machines.all().map(({ privateIp }) => privateIp));
  expectOneEach(volumes.all().map(({ id }) => id));
  expectOneEach(apps.all().map(({ name }) => name));
  for (const { app } of [...secrets.all(), ...ips.all(), ...certificates.all()]) {
    expect(apps.get(app)).toBeDefined();
  }
}

function expectOneEach(list: readonly string[]): void {
  const twice = list.filter((item, index) => list.indexOf(item) !== index);
  expect(twice).toEqual([]);
}

/** What is on disk is what is in memory: a restart would change nothing. */
export function expectOnDisk({ world }: Emulator): void {
  const before = everything(world);
  world.load();
  expect(everything(world)).toEqual(before);
}
