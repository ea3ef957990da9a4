import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, SetupError, say, whichAll } from "./command.mjs";
import { root } from "./project.mjs";

// npm by itself waits over a minute for a registry it cannot reach.
export const NPM_PATIENCE = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=3000"];

const readJson = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined);

/** Whether node_modules holds what the lock file names; npm writes its own list last, so a broken-off install has none. */
export function isInstalled(base = root) {
  const wanted = readJson(join(base, "package-lock.json"));
  const present = readJson(join(base, "node_modules", ".package-lock.json"));
  if (!wanted || !present) return false;
  return Object.entries(wanted.packages).every(
    ([path, { version, integrity, optional }]) =>
      path === "" ||
      (present.packages[path]?.version === version && present.packages[path]?.integrity === integrity) ||
      (optional && !present.packages[path]),
  );
}

export async function installPackages(env) {
  if (isInstalled()) return;
  if (whichAll("npm", env).length === 0 && process.platform !== "win32")
    throw new SetupError("npm is needed to install the packages and is not on the PATH. It comes with Node.");
  say("installing the npm packages");
  // Not `npm ci`: it refuses a lock file without the entries of other platforms' optional packages, and npm writes such a
  // lock where a registry lacks them. This keeps to the lock file as well, and does not write it.
  const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error", ...NPM_PATIENCE];
  const code = await run("npm", args, { env, cwd: root });
  if (code !== 0)
    throw new SetupError(
      `npm install ended with ${code}. Check that npm reaches its registry (npm ping), then run this again.`,
    );
}

// A fresh link of the project into its own node_modules lets examples/* import `airworthy` and `npx --no airworthy` find
// the command; npm itself does neither for a root package.
export function linkProject(base = root) {
  const modules = join(base, "node_modules");
  const self = join(modules, "airworthy");
  if (!existsSync(join(self, "package.json"))) {
    rmSync(self, { force: true });
    symlinkSync("..", self, process.platform === "win32" ? "junction" : "dir");
  }
  linkCommand(base, modules);
}

function linkCommand(base, modules) {
  const main = join(base, "dist", "cli", "main.js");
  if (!existsSync(main)) return;
  if (process.platform === "win32") {
    writeFileSync(join(modules, ".bin", "airworthy.cmd"), `@node "%~dp0\\..\\..\\dist\\cli\\main.js" %*\r\n`);
    return;
  }
  chmodSync(main, 0o755);
  const link = join(modules, ".bin", "airworthy");
  if (existsSync(link)) return;
  rmSync(link, { force: true });
  mkdirSync(join(modules, ".bin"), { recursive: true });
  symlinkSync(join("..", "..", "dist", "cli", "main.js"), link);
}
