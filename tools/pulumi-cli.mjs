// Which Pulumi CLI is used, and how one gets here: on the PATH, kept from before, downloaded, or built from Go modules.

import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, sep } from "node:path";
import { ask, isExecutable, SetupError, say, whichAll } from "./command.mjs";
import { buildPulumi, goProblem, isOutdated, neededGo } from "./go-build.mjs";
import { executable, PULUMI_VERSION, pulumiBin, pulumiHome, root } from "./project.mjs";
import { isAtLeast } from "./version.mjs";

export const MINIMUM_PULUMI = "3.250.0";
const DOWNLOAD_HOST = "https://get.pulumi.com";

/** A CLI of the user's own: not npm's shim, which looks where we put ours, and not what is kept there. */
export function pulumiOnPath(env = process.env, versionOf = (file) => ask(file, ["version"], { env })) {
  const kept = join(pulumiHome(env), "versions") + sep;
  for (const file of whichAll("pulumi", env)) {
    const real = realpathSync(file);
    if (real.split(sep).includes("node_modules") || file.startsWith(kept) || real.startsWith(kept)) continue;
    const version = versionOf(file)?.replace(/^v/, "");
    if (version && isAtLeast(version, MINIMUM_PULUMI)) return { dir: dirname(file), file, version };
    say(`passing over ${file}: it is ${version || "no working Pulumi"}, ${MINIMUM_PULUMI} or later is needed`);
  }
  return undefined;
}

/** Whether CLI and language host both stand where npm's `pulumi` package looks. Both are renamed there when whole. */
export function isKept(env = process.env) {
  const dir = pulumiBin(env);
  const whole = ["pulumi", "pulumi-language-nodejs"].every((name) => isExecutable(join(dir, executable(name))));
  return whole && !isOutdated(dir);
}

// Asking a CLI its version takes a fifth of a second, which the second `npm run up` should not pay.
function cachedVersion(notes, env) {
  return (file) => {
    const { mtimeMs, size } = statSync(file);
    const key = `${file} ${size} ${mtimeMs}`;
    if (notes.read()?.key !== key) notes.write({ key, version: ask(file, ["version"], { env }) });
    return notes.read()?.version;
  };
}

/** Refuses at once where no CLI can come by any way, rather than after the minutes of the steps before it. */
export async function requireObtainable(env, notes) {
  if (isKept(env) || pulumiOnPath(env, cachedVersion(notes, env))) return;
  const missingGo = goProblem(env);
  if (!missingGo) return;
  say(`no Pulumi CLI here, and ${missingGo}: looking whether ${DOWNLOAD_HOST} answers`);
  const unreachable = await downloadProblem();
  if (unreachable) throw new SetupError(nothingWorks(unreachable, missingGo));
}

/** `{ dir, version, own }` of the CLI to use; downloads or builds it where there is none. */
export async function pulumiCli(env, notes) {
  const own = pulumiOnPath(env, cachedVersion(notes, env));
  if (own) {
    showToNpx(own, env);
    return { ...own, own: true };
  }
  const cli = { dir: pulumiBin(env), version: PULUMI_VERSION, own: false };
  if (isKept(env)) return cli;
  const missingGo = goProblem(env);
  const unreachable = await downloadProblem();
  if (!unreachable && (await download(env))) return cli;
  if (missingGo) throw new SetupError(nothingWorks(unreachable ?? "the download failed", missingGo));
  say(
    `no Pulumi CLI here, and ${unreachable ?? "the download failed"}: building ${PULUMI_VERSION} from its Go modules, once`,
  );
  await buildPulumi(env);
  return cli;
}

const nothingWorks = (download, go) =>
  `the Pulumi CLI is missing: there is no pulumi ${MINIMUM_PULUMI} or later on the PATH, ${download}, and it cannot be built ` +
  `because ${go}. Do one of: install Pulumi (its documentation: pulumi.com/docs/iac/download-install) and put it on the PATH; ` +
  `let this machine reach ${DOWNLOAD_HOST}; or install Go ${neededGo()} or later. Then run this again.`;

// npm's shim looks only under PULUMI_HOME; a link there makes `npx pulumi` the user's own CLI (with PULUMI_VERSION set).
function showToNpx({ file, version }, env) {
  const link = join(pulumiBin(env, version), executable("pulumi"));
  if (existsSync(link)) return;
  mkdirSync(dirname(link), { recursive: true });
  rmSync(link, { force: true });
  symlinkSync(realpathSync(file), link);
}

/** Why the official download cannot be reached, within three seconds; undefined where it answers. */
async function downloadProblem() {
  try {
    await fetch(DOWNLOAD_HOST, { method: "HEAD", redirect: "manual", signal: AbortSignal.timeout(3000) });
    return undefined;
  } catch {
    return `${DOWNLOAD_HOST} cannot be reached`;
  }
}

/** The official distribution as npm's package installs it, into a folder of its own first: its script is not atomic. */
async function download(env) {
  say(`downloading the Pulumi CLI ${PULUMI_VERSION}`);
  const home = dirname(pulumiBin(env));
  const work = `${home}.part-${process.pid}`;
  try {
    const { installCLI } = createRequire(join(root, "package.json"))("pulumi/lib/download.js");
    await installCLI(PULUMI_VERSION, work);
    if (!isExecutable(join(work, "bin", executable("pulumi")))) return false;
    rmSync(home, { recursive: true, force: true });
    renameSync(work, home);
    return true;
  } catch (error) {
    say(`the download failed: ${error.message}`);
    return false;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
