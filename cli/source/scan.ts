import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { holdsCredential, holdsFlyToken } from "../../policies/credential.ts";
import { type BuildContext, ignoring, isDockerfile, secretsInDockerfile } from "./dockerfile.ts";
import { filesOf } from "./file.ts";
import type { Find } from "./find.ts";
import { environmentIn, isEnvironmentFile, isFlyToml, pairsIn } from "./pair.ts";
import { shapesIn } from "./shape.ts";

/** A secret in a file, without the secret. */
export interface SourceFinding extends Find {
  /** Relative to the folder, with `/`. */
  readonly file: string;
}

/** What a scan saw. */
export interface Scan {
  readonly findings: readonly SourceFinding[];
  /** How many files there are. */
  readonly files: number;
  /** How many of these were not looked at: no text, or too large. */
  readonly passedOver: number;
}

/** Files that are read at once: enough to keep the disk busy. */
const atOnce = 16;

/** Looks for secrets in the files of a folder. */
export async function scanSource(folder: string): Promise<Scan> {
  const files = await filesOf(folder);
  const waiting = files.values();
  const found: SourceFinding[] = [];
  let passedOver = 0;
  const work = async () => {
    for (const { path, read } of waiting) {
      const text = await read();
      if (text === undefined) passedOver += 1;
      else found.push(...(await findsIn(folder, path, text)).map((find) => ({ ...find, file: shown(path) })));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  const inOrder = found.toSorted((one, other) =>
    one.file === other.file ? one.line - other.line : one.file < other.file ? -1 : 1,
  );
  return { findings: inOrder, files: files.length, passedOver };
}

/** What is in one file, a line once for each thing that it says. */
async function findsIn(folder: string, path: string, text: string): Promise<Find[]> {
  const named = [
    ...(isDockerfile(path) ? secretsInDockerfile(text, contextOf(folder, path)) : []),
    ...(isFlyToml(path) ? environmentIn(text) : []),
    ...(isEnvironmentFile(path) ? pairsIn(text) : []),
  ];
  const lines = new Set(named.map(({ line }) => line));
  // What a file of a known kind says of a line says more than the shape does.
  return [...named, ...(await shapesIn(path, text)).filter(({ line }) => !lines.has(line))];
}

/** A file may be named after the secret in it. */
const shown = (path: string): string =>
  path
    .split("/")
    .map((part) => (holdsFlyToken(part) || holdsCredential(part) ? "(hidden)" : part))
    .join("/");

/** What `fly deploy` sends to a build: the folder of the fly.toml at or above the Dockerfile, else its own. */
function contextOf(folder: string, path: string): BuildContext {
  let at = posix.dirname(path);
  const own = at;
  while (!existsSync(join(folder, at, "fly.toml")) && at !== ".") at = posix.dirname(at);
  const root = join(folder, existsSync(join(folder, at, "fly.toml")) ? at : own);
  const lists = [join(folder, `${path}.dockerignore`), join(root, ".dockerignore")];
  const list = lists.find((file) => existsSync(file));
  const environmentFiles = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isFile() && isEnvironmentFile(entry.name))
    .map(({ name }) => name);
  return { environmentFiles, ignores: ignoring(list === undefined ? "" : readFileSync(list, "utf8")) };
}
