import { z } from "zod";
import { machineOf, ms, ofMachine } from "./event-physics.ts";
import { print } from "./log.ts";
import { fullImage } from "./machine-config.ts";
import type { World } from "./state.ts";

const lines = z.array(z.string()).max(1000).default([]);
const exitCode = z.int().min(0).max(255);

/** What the processes in machines do: nothing runs here, so somebody says it. */
export const processEvents = [
  z.strictObject({ kind: z.literal("log"), ...ofMachine, lines: z.union([z.string(), lines]) }),
  /** A machine that is launched with a command that begins so ends by itself, so long after its start. */
  z.strictObject({
    kind: z.literal("command"),
    command: z.string().min(1),
    exitCode: exitCode.default(0),
    output: lines,
    afterMs: ms.optional(),
    over: z.boolean().default(false),
  }),
  z.strictObject({
    kind: z.literal("exiting-image"),
    image: z.string(),
    exitCode: exitCode.default(1),
    output: lines,
    over: z.boolean().default(false),
  }),
  z.strictObject({ kind: z.literal("flapping-image"), image: z.string(), over: z.boolean().default(false) }),
] as const;

type Event = z.infer<(typeof processEvents)[number]>;
type Happens = { [K in Event["kind"]]: (world: World, event: Extract<Event, { kind: K }>) => unknown };

export const processHappens: Happens = {
  log: (world, { lines: printed, ...event }) => {
    const machine = machineOf(world, event);
    print(world, machine, typeof printed === "string" ? printed.split("\n") : printed, "app", world.clock.now());
  },
  command: (world, { kind: _, over, ...ending }) => {
    const others = (world.platform.commands ?? []).filter(({ command }) => command !== ending.command);
    world.setPlatform({ commands: over ? others : [ending, ...others] });
  },
  "exiting-image": (world, { image, exitCode: code, output, over }) => {
    const { [fullImage(image)]: _, ...others } = world.platform.exiting ?? {};
    const exiting = { ...others, ...(over ? {} : { [fullImage(image)]: { exitCode: code, output } }) };
    world.setPlatform({ exiting });
  },
  "flapping-image": (world, { image, over }) => {
    const others = (world.platform.flapping ?? []).filter((other) => other !== fullImage(image));
    world.setPlatform({ flapping: over ? others : [...others, fullImage(image)] });
  },
};
