import type { Machine } from "./record.ts";
import type { World } from "./state.ts";

/** How a process ends by itself. */
export interface Ending {
  exitCode: number;
  output: string[];
  /** How long it runs. @default a second */
  afterMs?: number | undefined;
}

/** What a machine runs, as one line. Without a word of it in its config the image says, which nobody here knows. */
function commandOf({ config }: Machine): string {
  const { exec, cmd } = (config["init"] ?? {}) as { exec?: string[]; cmd?: string[] };
  return (exec ?? cmd ?? []).join(" ");
}

/** flyctl marks a release command so (flyctl, internal/appconfig/machines.go): such a command is there to end. */
function isReleaseCommand({ config }: Machine): boolean {
  const env = (config["env"] ?? {}) as Record<string, string>;
  return env["RELEASE_COMMAND"] === "1" && config.restart.policy === "no" && config.auto_destroy === true;
}

/** How the process that a machine runs now will end by itself. Others run until somebody stops them. */
export function endingOf(world: World, machine: Machine): Ending | undefined {
  const { commands = [], exiting = {} } = world.platform;
  const command = commandOf(machine);
  const scripted = commands.find((one) => command.startsWith(one.command)) ?? exiting[machine.config.image];
  return scripted ?? (isReleaseCommand(machine) ? { exitCode: 0, output: [] } : undefined);
}
