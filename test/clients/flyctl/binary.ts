import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** A flyctl somebody else built, as it is on PATH. */
export interface Binary {
  readonly path: string;
  readonly version: string;
  readonly commit: string;
}

/** What came of one command. */
export interface Ran {
  /** Everything it printed, stdout and stderr as they came, without colours. */
  readonly text: string;
  readonly code: number;
}

/** How long one command may take, in milliseconds: a rollout polls in real time. */
const patience = 150_000;

const places = (path: string) =>
  path.split(delimiter).flatMap((folder) => ["flyctl", "fly"].map((name) => join(folder, name)));

/** The flyctl of this PATH, or none. */
export function findFlyctl(path = process.env["PATH"] ?? ""): Binary | undefined {
  for (const file of places(path).filter((place) => existsSync(place))) {
    const binary = asked(file);
    if (binary !== undefined) return binary;
  }
  return undefined;
}

/** What a program says of itself; there are others by the name of fly. */
function asked(file: string): Binary | undefined {
  const env = { HOME: "/nonexistent", FLY_SEND_METRICS: "0", ...quiet };
  const { stdout } = spawnSync(file, ["version"], { encoding: "utf8", env, timeout: 30_000 });
  const [, version] = /^fly\S* (v\S+)/.exec(stdout ?? "") ?? [];
  const [, commit] = /Commit: (\S+)/.exec(stdout ?? "") ?? [];
  return version === undefined || commit === undefined ? undefined : { path: file, version, commit };
}

/** Keeps flyctl from replacing itself on the way. */
export const quiet = { FLY_NO_UPDATE_CHECK: "1" };

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
const invisible = /\u001b\[[0-9;?]*[A-Za-z]|\u200b|\r/g;

/** Runs one command without a terminal. Both of its outputs go into one file, for that keeps their order. */
export async function run(
  file: string,
  args: readonly string[],
  log: string,
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Ran> {
  const output = openSync(log, "w", 0o600);
  try {
    const child = spawn(file, args, { ...options, stdio: ["ignore", output, output], timeout: patience });
    const code = await new Promise<number>((resolve, reject) => {
      child.on("error", reject);
      child.on("exit", (status) => resolve(status ?? 1));
    });
    return { text: readFileSync(log, "utf8").replace(invisible, ""), code };
  } finally {
    closeSync(output);
  }
}
