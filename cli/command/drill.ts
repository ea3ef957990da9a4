import { Command } from "commander";
import type { DrillName } from "../../policies/rule.ts";
import { carryOut, type Finding, type Session } from "../drill/drill.ts";
import type { FailoverOptions } from "../drill/failover.ts";
import type { ImageOptions } from "../drill/image.ts";
import type { RestoreOptions } from "../drill/restore.ts";
import type { RollbackOptions } from "../drill/rollback.ts";
import type { RotationOptions } from "../drill/rotation.ts";
import type { SigtermOptions } from "../drill/sigterm.ts";

interface CommonOptions {
  evidence?: string;
}

/** `airworthy drill`: proves what a checklist can only ask for, and records it. */
export const drill = new Command("drill")
  .description("Try what is only trusted otherwise, and record it as evidence that counts for 90 days")
  .addHelpText(
    "after",
    `
A drill that ended is recorded in airworthy.evidence.jsonl, beside the file of AIRWORTHY_CONFIG or the
nearest Pulumi.yaml (AIRWORTHY_EVIDENCE or --evidence name another). Commit it: \`airworthy check\` reads it.

Exit codes: 0 passed, 1 failed, 2 not carried out, 130 interrupted. Only the first two are recorded.
What a drill makes it takes away again, also when it fails or is interrupted.`,
  );

/** A drill's command: its options are read when it runs, so that what is wrong with them is one line too. */
function add<O extends object>(
  name: DrillName,
  description: string,
  run: (session: Session, options: O, operands: string[]) => Promise<Finding>,
): Command {
  const command = drill.command(name).description(description);
  command.option("--evidence <file>", "where to record it (default: see `airworthy drill --help`)");
  return command.action(async (...given: unknown[]) => {
    const operands = Array.isArray(given[0]) ? (given[0] as string[]) : [];
    const options = command.opts<O & CommonOptions>();
    process.exitCode = await carryOut(name, options.evidence, (session) => run(session, options, operands));
  });
}

const local = ["--local", "on the local Fly of this project, starting it where none runs"] as const;

// What a drill needs is loaded when it runs: the other commands start without it.
add(
  "sigterm",
  "Start a command or an image, stop it while requests are open, and count those that are lost",
  async (session, options: SigtermOptions, command) =>
    (await import("../drill/sigterm.ts")).sigterm(session, options, command),
)
  .argument("[command...]", "what to start, after --; for an image, its command")
  .option("--port <port>", "where it serves")
  .option("--path <path>", "what is asked for; it should take a second or more to answer", "/")
  .option("--signal <name>", "how it is told to stop: the `shutdown.signal` of its group", "SIGTERM")
  .option("--within <duration>", "how long it may take: at most the `shutdown.timeout` of its group", "10s")
  .option("--requests <n>", "how many are open at once; 0 tries the end alone, as for a worker", "20")
  .option("--start-within <duration>", "how long it may take to answer first", "30s")
  .option("--image <image>", "a container of this image in place of a command; needs docker or podman")
  .option("--app <name>", "app it is (default: all of this project)")
  .option("--log <file>", "where the command's output goes, which is shown nowhere else");

add(
  "rollback",
  "Deploy, break and restore: on a local Fly of its own, or on a staging stack",
  async (session, options: RollbackOptions) => (await import("../drill/rollback.ts")).rollback(session, options),
)
  .option("--stack <name>", "stack that may be broken (default: none; a local Fly that is thrown away)")
  .option("--config <stack>", "stack whose configuration the local Fly's stack gets (default: the one selected)")
  .option("--break <key=value>", "key of the configuration that makes another release, and its image")
  .option("--yes", "with --stack: without asking")
  .option("--local", "with --stack: that stack is on the local Fly of this project")
  .option("--log <file>", "where the output of pulumi goes, which is shown nowhere else");

add(
  "restore",
  "Make a volume from the last snapshot, compare it, and delete it again",
  async (session, options: RestoreOptions) => (await import("../drill/restore.ts")).restore(session, options),
)
  .option("--app <name>", "the app")
  .option("--volume <id>", "the volume (default: the one with the app's last snapshot)")
  .option(
    "--compare <command>",
    "for a shell, in a machine that mounts the new volume: 0 means that its contents are right",
  )
  .option("--within <duration>", "how long each step may take", "10m")
  .option(...local);

add(
  "failover",
  "Stop the primary of a Postgres that you manage yourself, and see another take over",
  async (session, options: FailoverOptions) => (await import("../drill/failover.ts")).failover(session, options),
)
  .option("--cluster <app>", "its app")
  .option("--within <duration>", "how long it may take until another machine is primary", "60s")
  .option("--yes", "without asking")
  .option(...local);

add(
  "image",
  "Compare an image here with the one that runs, and run its own HEALTHCHECK",
  async (session, options: ImageOptions) => (await import("../drill/image.ts")).image(session, options),
)
  .option("--image <image>", "a name that docker or podman knows, a digest, or oci:<path> of an OCI layout")
  .option("--build <folder>", "build this folder's Dockerfile in place of --image")
  .option("--app <name>", "the app whose machines are compared")
  .option("--group <name>", "its process group, where the app runs several images")
  .option("--within <duration>", "how long the HEALTHCHECK may take to say something", "60s")
  .option(...local);

add(
  "rotation",
  "Rotate a deploy token of an app, and see that the old one is dead",
  async (session, options: RotationOptions) => (await import("../drill/rotation.ts")).rotation(session, options),
)
  .option("--app <name>", "the app")
  .option(...local);
