import { randomBytes } from "node:crypto";
import { type FlyMachine, machineCreate, machineLast, shownConfig, type WireConfig } from "../../fly/machine.ts";
import type { FlyVolume } from "../../fly/volume.ts";
import { type Session, seconds } from "./drill.ts";
import type { Fly } from "./fly.ts";
import { clearMachine } from "./restored-volume.ts";

/** A look at what is in a restored volume. */
export interface Look {
  app: string;
  /** Machine that mounts the volume it was restored from. */
  model: FlyMachine;
  restored: FlyVolume;
  /** For a shell; where the volume is mounted is where the model has it. */
  command: string;
  withinMs: number;
}

/** Of the model's config what the command may need; nothing that serves or comes back. */
const kept = ["image", "guest", "env", "files"];

/**
 * Runs the command in a machine of its own, with the model's image, environment and mount path. Fly's call to run
 * something in a machine is not used: its answer has the output, which is nobody's business. Answers with what is wrong.
 */
export async function compareContents(session: Session, fly: Fly, look: Look): Promise<string | undefined> {
  const { app, model, restored, command, withinMs } = look;
  const name = `airworthy-drill-${randomBytes(4).toString("hex")}`;
  session.undo(`machine ${name} of app "${app}"`, () => clearMachine(fly.undoing(), app, name));
  const config = shownConfig(model);
  const [mount] = (config["mounts"] ?? []) as { path?: string }[];
  const { id } = await machineCreate(fly.client, app, {
    name,
    region: restored.region,
    config: {
      ...Object.fromEntries(Object.entries(config).filter(([key]) => kept.includes(key))),
      init: { exec: ["/bin/sh", "-c", command] },
      mounts: [{ volume: restored.id, path: mount?.path ?? "/data" }],
      restart: { policy: "no" },
      auto_destroy: false,
      dns: { skip_registration: true },
    },
  });
  for (const until = performance.now() + withinMs; ; await fly.pause()) {
    const machine = await machineLast(fly.client, app, id);
    if (machine === undefined || machine.state.endsWith("failed")) return "could not be started";
    const code = exitCodeOf(machine);
    if (code !== undefined && machine.state !== "started") return code === 0 ? undefined : `ended with ${code}`;
    if (performance.now() > until) return `had not ended after ${seconds(withinMs)}`;
  }
}

/** Code with which its process ended; Fly tells it in one of two places (fly-go, MachineRequest.GetExitCode). */
function exitCodeOf({ events }: FlyMachine): number | undefined {
  const exit = events?.find(({ type }) => type === "exit")?.request as WireConfig | undefined;
  const { exit_event, MonitorEvent } = (exit ?? {}) as { exit_event?: Exit; MonitorEvent?: { exit_event?: Exit } };
  const reported = MonitorEvent?.exit_event ?? exit_event;
  // Go leaves out what is zero.
  return reported === undefined ? undefined : (reported.exit_code ?? 0);
}

interface Exit {
  exit_code?: number;
}
