import { execFile } from "node:child_process";
import { readdir, readFile, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { promisify } from "node:util";
import { Trouble } from "../trouble.ts";

/** Larger files are made by machines: bundles, dumps, recordings. */
const mostBytes = 2_000_000;

/** What is never anybody's source, where git does not say so. */
const passedOver = new Set(["node_modules", ".git", ".airworthy"]);

/** A file of the folder, relative to it, with `/`. */
export interface SourceFile {
  readonly path: string;
  read(): Promise<string | undefined>;
}

/** The files of a folder: what git has or would take where it is there, else all. */
export async function filesOf(folder: string): Promise<SourceFile[]> {
  if (!(await stat(folder).catch(() => undefined))?.isDirectory()) {
    throw new Trouble(`scan ${folder}: there is no such folder`);
  }
  const paths = (await ofGit(folder)) ?? (await below(folder, folder));
  const kept = paths.filter((path) => !path.split("/").some((part) => passedOver.has(part)));
  return [...new Set(kept)].sort().map((path) => ({ path, read: () => text(join(folder, path)) }));
}

/** Tracked files and those that nothing ignores; `undefined` where this is no work tree, or there is no git. */
async function ofGit(folder: string): Promise<string[] | undefined> {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  try {
    const { stdout } = await promisify(execFile)("git", args, { cwd: folder, maxBuffer: 200_000_000 });
    return stdout.split("\0").filter((path) => path !== "");
  } catch {
    return undefined;
  }
}

async function below(folder: string, at: string): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(at, { withFileTypes: true })) {
    if (passedOver.has(entry.name)) continue;
    const path = join(at, entry.name);
    if (entry.isDirectory()) found.push(...(await below(folder, path)));
    else if (entry.isFile()) found.push(relative(folder, path).split(sep).join("/"));
  }
  return found;
}

/** The text of a file; `undefined` where it is gone, a link, too large, or no text. */
async function text(path: string): Promise<string | undefined> {
  try {
    const { size } = await stat(path);
    if (size > mostBytes) return undefined;
    const content = await readFile(path);
    return content.subarray(0, 8000).includes(0) ? undefined : content.toString("utf8");
  } catch {
    return undefined;
  }
}
