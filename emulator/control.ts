import { z } from "zod";
import { type Answer, type JsonObject, read } from "./call.ts";
import { refuse } from "./errors.ts";
import { happen } from "./event.ts";
import type { Fault, Faults } from "./faults.ts";
import type { Journal } from "./journal.ts";
import { isOperation } from "./routes.ts";
import type { World } from "./state.ts";

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

const fault = z.strictObject({
  operation: z.string().refine(isOperation, "is not an operation of Fly's API"),
  kind: z.enum(["status", "refuse", "lose-response", "delay"]),
  status: z.int().min(100).max(599).optional(),
  body: z.unknown().optional(),
  ms: z.int().min(0).optional(),
  times: z.int().min(1).optional(),
  skip: z.int().min(0).optional(),
});

/** At most ten years at a time: dates beyond what they can hold help nobody. */
const advance = z.strictObject({ advanceMs: z.number().min(0).max(3.2e11) });

const done = { ok: true };

const controls: Record<string, Control> = {
  "GET /_local/journal": ({ journal }, { query }) => ({
    entries: journal.entries(Number(query.get("since") ?? 0) || 0),
  }),
  "GET /_local/world": ({ world }) => worldView(world),
  "GET /_local/faults": ({ faults }) => ({ faults: faults.unspent() }),
  "DELETE /_local/faults": ({ faults }) => {
    faults.clear();
    return done;
  },
  "POST /_local/faults": ({ faults }, { body }) => {
    faults.arm(read(fault, body) as Fault);
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
