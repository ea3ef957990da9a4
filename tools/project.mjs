// Where things are. Everything in tools/ runs on Node 18 and needs no installed package: it is what installs them.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** What npm's `pulumi` package of this version looks for, and `@pulumi/pulumi` is pinned to. */
export const PULUMI_VERSION = "3.259.0";

/** The stack that set-up makes for every project here. */
export const STACK = "dev";

export const pulumiHome = (env = process.env) => env.PULUMI_HOME || join(homedir(), ".pulumi");

/** Where npm's `pulumi` package keeps a CLI, and so where ours goes. */
export const pulumiBin = (env = process.env, version = PULUMI_VERSION) =>
  join(pulumiHome(env), "versions", version, "bin");

export const executable = (name) => (process.platform === "win32" ? `${name}.exe` : name);

/** The root and every example that is a Pulumi project: `{ dir, name }`. */
export function pulumiProjects(base = root) {
  const examples = join(base, "examples");
  const folders = existsSync(examples) ? readdirSync(examples).sort() : [];
  return [base, ...folders.map((folder) => join(examples, folder))].flatMap((dir) => {
    const file = join(dir, "Pulumi.yaml");
    const name = existsSync(file) && /^name:\s*["']?([^\s"'#]+)/m.exec(readFileSync(file, "utf8"))?.[1];
    return name ? [{ dir, name }] : [];
  });
}
