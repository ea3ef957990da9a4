import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { type Answer, type JsonObject, read } from "./call.ts";
import { criticalPath } from "./critical-path.ts";
import { refuse } from "./errors.ts";
import { happen, readEvent } from "./event.ts";
import { exposition } from "./exposition.ts";
import { type Fault, type Faults, faultKinds, needRoom, shortageNames } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { isOperation, operationNames } from "./routes.ts";
import type { World } from "./state.ts";
import { switches, switchNames } from "./switches.ts";

/** What the control calls reach. */
export interface Controlled {
  world: World;
  faults: Faults;
  journal: Journal;
}

interface ControlCall {
  method: string;
  path: string;
  query: URLSearchParams;
  body: JsonObject;
}

type Control = (controlled: Controlled, call: ControlCall) => unknown;

/** At most ten years at a time: dates beyond what they can hold help nobody. */
const mostMs = 3.2e11;

const fault = z.strictObject({
  operation: z.string().refine(isOperation, { error: ({ input }) => unknownOperation(String(input).slice(0, 80)) }),
  kind: z.enum(faultKinds),
  // Below 200 is no answer: a caller would go on waiting.
  status: z.int().min(200).max(599).optional(),
  body: z.unknown().optional(),
  ms: z.int().min(0).max(mostMs).optional(),
  variant: z.enum(shortageNames).optional(),
  event: z.unknown().optional(),
  times: z.int().min(1).optional(),
  skip: z.int().min(0).optional(),
});

/** A name that is none, and those it was most likely meant to be. */
function unknownOperation(name: string): string {
  const far = (other: string) => distance(name.toLowerCase(), other.toLowerCase());
  const near = [...operationNames].sort((a, b) => far(a) - far(b)).slice(0, 3);
  return `${JSON.stringify(name)} is no operation of Fly's API; near it are ${near.join(", ")}`;
}

const settings = z.strictObject(
  Object.fromEntries(switchNames.map((name) => [name, z.enum(switches[name].positions).optional()])),
);

const positions = (world: World) =>
  Object.fromEntries(switchNames.map((name) => [name, { ...switches[name], position: world.position(name) }]));

const advance = z.strictObject({ advanceMs: z.number().min(0).max(mostMs) });

const done = { ok: true };

const controls: Record<string, Control> = {
  "GET /_local/journal": ({ journal }, { query }) => ({
    entries: journal.entries(Number(query.get("since") ?? 0) || 0),
  }),
  "GET /_local/critical-path": ({ journal }, { query }) =>
    criticalPath(journal.entries(Number(query.get("since") ?? 0) || 0)),
  "GET /_local/world": ({ world }) => worldView(world),
  "GET /_local/metrics": ({ world }) => exposition(world),
  "GET /_local/timeline": ({ world }, { query }) => ({
    entries: world.timeline.entries(query.get("app") ?? "", Number(query.get("since") ?? 0) || 0),
  }),
  "GET /_local/faults": ({ faults }) => ({ faults: faults.unspent() }),
  "DELETE /_local/faults": ({ faults }) => {
    faults.clear();
    return done;
  },
  "POST /_local/faults": ({ faults }, { body }) => {
    const armed = read(fault, body) as Fault;
    if (armed.kind === "event") readEvent(armed.event);
    if (armed.kind === "capacity" && !needRoom.includes(armed.operation)) {
      refuse("invalid", { what: `operation: ${armed.operation} needs no room; ${needRoom.join(", ")} do` });
    }
    faults.arm(armed);
    return done;
  },
  "POST /_local/reset": ({ world, faults }) => {
    world.reset();
    faults.clear();
    return done;
  },
  "POST /_local/clock": ({ world }, { body }) => {
    world.clock.advance(read(advance, body).advanceMs);
    world.settle();
    return { now: new Date(world.clock.now()).toISOString() };
  },
  "GET /_local/switches": ({ world }) => positions(world),
  "POST /_local/switches": ({ world }, { body }) => {
    world.setPlatform({
      switches: { ...world.platform.switches, ...(read(settings, body) as Record<string, string>) },
    });
    return done;
  },
  "POST /_local/events": ({ world }, { body }) => happen(world, body) ?? done,
};

/** Answers a control call. */
export function control(controlled: Controlled, call: ControlCall): Answer {
  const found = controls[`${call.method} ${call.path}`] ?? refuse("noRoute");
  return { status: 200, body: found(controlled, call) };
}

/** Everything a test may want to look at: records as they are kept. Of secrets only the digests are kept. */
function worldView(world: World) {
  return {
    instance: world.instance,
    now: new Date(world.clock.now()).toISOString(),
    apps: world.apps.all(),
    machines: world.machines.all(),
    volumes: world.volumes.all(),
    snapshots: world.snapshots.all(),
    secrets: world.secrets.all(),
    ips: world.ips.all(),
    tokens: world.tokens.all(),
    clusters: world.clusters.all(),
    certificates: world.certificates.all(),
    platform: world.platform,
  };
}
