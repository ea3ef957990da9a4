// The rollouts' part of `npm run bench`: how long they take at a Fly ten times as fast, over the shortest that Fly's own
// times and limits and the strategy's order allow, and how many calls they make over the fewest with a wait for each machine.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { profiles } from "../emulator/profile.ts";
import { Engine, secret } from "../test/support/engine.ts";
import { serveLocal } from "./bench-local.mjs";

const GOALS = { elapsed: 1.25, calls: 1.3 };
const PROFILE = "fly/10";

const REGIONS = ["iad", "lhr", "fra", "syd"];
/** What ProductionApp says where the program says nothing, in milliseconds. */
const CHECK = { grace: 15_000, interval: 15_000 };
const MAX_UNAVAILABLE = 33;

const image = (letter) => `registry.fly.io/bench@sha256:${letter.repeat(64)}`;

const slotsOf = (count, volumes) =>
  Array.from({ length: count }, (_, index) => {
    const region = REGIONS[index % REGIONS.length];
    return { name: `${region}-${Math.floor(index / REGIONS.length)}`, region, ...volumes?.[index] };
  });

/** Arguments of a group as a component would write them. */
function group(name, slots, letter, { strategy = "rolling", mounts } = {}) {
  const times = { timeout: "5s", interval: `${CHECK.interval / 1000}s`, gracePeriod: `${CHECK.grace / 1000}s` };
  return {
    app: "bench",
    name,
    slots,
    config: {
      image: image(letter),
      guest: { cpus: 1, memoryMb: 512 },
      services: [
        {
          internalPort: 8080,
          ports: [{ port: 443, handlers: ["tls", "http"] }],
          autostop: "off",
          checks: [{ type: "http", path: "/", ...times }],
        },
      ],
      stopConfig: { signal: "SIGTERM", timeout: "30s" },
      ...(mounts && { mounts }),
    },
    deploy: { strategy, maxUnavailable: `${MAX_UNAVAILABLE}%` },
  };
}

/** How long the rollout gives Fly's proxy to learn of machines (provider/process-group/strategy/bluegreen.ts). */
const PROXY_LEARNS = 10_000;
const MOUNTS = [{ path: "/data" }];

/**
 * The shortest times that the profile allows, in milliseconds. A machine is created when Fly's limit of creates (so many
 * at once, then so many a second, for the whole app) lets it; then its image is pulled, it boots, its checks are listed,
 * have their grace and are run once. An update stops it first. A rolling update is one machine, then as many at a time as
 * may be unavailable, each wave as long as one machine takes.
 */
export function shortest(profile = PROFILE, width) {
  const { durations, rateLimits, pace } = profiles[profile];
  const { pull, boot, stop, destroy, checkListed } = durations;
  const { perSecond, burst } = rateLimits.action;
  const creates = (count) => (Math.max(0, count - burst) / perSecond) * 1000;
  const up = pull + boot + checkListed + (CHECK.grace + CHECK.interval) / pace;
  return {
    made: (count) => creates(count) + up,
    rolled: (...counts) => Math.max(...counts.map((count) => waves(count, width) * (stop + up))),
    // The old ones are stopped and destroyed once all new ones are healthy, and Fly's proxy has had its time twice.
    bluegreen: (count) => creates(count) + up + (2 * PROXY_LEARNS) / pace + stop + destroy,
  };
}

const waves = (count, width = Math.max(1, Math.floor((count * MAX_UNAVAILABLE) / 100))) =>
  1 + Math.ceil((count - 1) / width);

/**
 * The fewest calls that do the same where each machine is waited for at Fly: a list of what is there, and two calls for the
 * release in Fly's book; a machine is created and waited for, or its lease is taken, it is updated, waited for, and its
 * lease given back; then a list a wave to see the checks pass. A green machine is uncordoned besides; a blue one's lease
 * is taken, it is cordoned, stopped, waited for, destroyed, and that is waited for. Volumes are made after one look for all.
 */
const fewest = {
  made: (count) => 1 + 2 * count + 1,
  rolled: (count) => 1 + 4 * count + waves(count),
  bluegreen: (count) => 1 + 3 * count + 1 + 6 * count,
  volumes: (count) => 1 + count,
  release: 2,
};

/** Makes a measurement: milliseconds, and Fly's calls by operation. */
async function measured(local, act) {
  const since = (await journal(local, 0)).at(-1)?.seq ?? 0;
  const started = performance.now();
  const result = await act();
  const ms = performance.now() - started;
  const calls = await journal(local, since);
  return { result, ms, calls };
}

async function journal({ url, token }, since) {
  const headers = { authorization: `Bearer ${token}` };
  return (await (await fetch(`${url}/_local/journal?since=${since}`, { headers })).json()).entries;
}

/** The four rollouts, one after the other on one app. */
async function rollouts(local) {
  const engine = await Engine.start({ flapsUrl: local.url, token: secret(local.token) });
  const best = shortest();
  await engine.create("App", "bench", { name: "bench" });
  const webSlots = slotsOf(32);
  const made = await measured(local, async () => {
    const web = engine.create("ProcessGroup", "web", group("web", webSlots, "a"));
    const volumes = await Promise.all(
      slotsOf(8).map(({ name, region }) =>
        engine.create("Volume", name, { app: "bench", name: name.replace("-", "_"), region, sizeGb: 1 }),
      ),
    );
    const slots = slotsOf(
      8,
      volumes.map(({ id }) => ({ volume: id })),
    );
    const store = engine.create("ProcessGroup", "store", group("store", slots, "a", { mounts: MOUNTS }));
    return { web: await web, store: await store, slots };
  });
  const { web, store, slots } = made.result;
  const rolled = await measured(local, () =>
    Promise.all([
      engine.update(web, group("web", webSlots, "b")),
      engine.update(store, group("store", slots, "b", { mounts: MOUNTS })),
    ]),
  );
  const args = (count, letter) => group("web", slotsOf(count), letter, { strategy: "bluegreen" });
  const swapped = await measured(local, () => engine.update(rolled.result[0], args(32, "c")));
  const scaled = await measured(local, () => engine.update(swapped.result, args(52, "c")));
  const { release } = fewest;
  const least = {
    made: fewest.made(32) + fewest.made(8) + fewest.volumes(8) + 2 * release,
    rolled: fewest.rolled(32) + fewest.rolled(8) + 2 * release,
    swapped: fewest.bluegreen(32) + release,
    scaled: fewest.made(20),
  };
  return [
    { name: "first up of 40, 8 with volumes", ...made, best: best.made(40), least: least.made },
    { name: "rolling update of 40", ...rolled, best: best.rolled(32, 8), least: least.rolled },
    { name: "bluegreen update of 32", ...swapped, best: best.bluegreen(32), least: least.swapped },
    { name: "scale from 40 to 60", ...scaled, best: best.made(20), least: least.scaled },
  ];
}

function lineOf({ name, ms, calls, best, least }) {
  const [time, count] = [ms / best, calls.length / least];
  const met = time <= GOALS.elapsed && count <= GOALS.calls;
  const text =
    `${name.padEnd(32)}${ms.toFixed(0).padStart(6)} ms   ${time.toFixed(2)} x the shortest (goal: at most ${GOALS.elapsed})` +
    `   ${String(calls.length).padStart(4)} calls   ${count.toFixed(2)} x ${least}, a wait a machine (goal: at most ${GOALS.calls})`;
  return { text, met };
}

/** What was called how often, most first, and how often Fly said that it was too much. */
function callText(calls) {
  const refused = calls.filter(({ status }) => status === 429).length;
  const counts = Map.groupBy(calls, ({ operation }) => operation);
  const ranked = [...counts].sort(([, a], [, b]) => b.length - a.length);
  const parts = ranked.map(([operation, { length }]) => `${operation} ${length}`);
  return `  ${parts.join(", ")}${refused > 0 ? `; ${refused} refused by the rate limit` : ""}`;
}

/** Measures rollouts in a folder of its own; answers with lines to print and whether all goals were met. */
export async function benchRollout(work, { verbose = false } = {}) {
  const dir = join(work, "rollout");
  mkdirSync(dir, { mode: 0o700 });
  const local = await serveLocal(dir, PROFILE);
  try {
    const found = (await rollouts(local)).map((one) => ({ ...lineOf(one), calls: callText(one.calls) }));
    const lines = found.flatMap(({ text, calls }) => (verbose ? [text, calls] : [text]));
    return { lines, met: found.every(({ met }) => met) };
  } finally {
    await local.stop();
  }
}
