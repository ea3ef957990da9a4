import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { ask, SetupError, say, whichAll } from "./command.mjs";
import { executable, PULUMI_VERSION, pulumiBin, root } from "./project.mjs";
import { isAtLeast } from "./version.mjs";

const tools = join(root, "tools");

/** The oldest Go that builds it, stated once: in go.mod. */
export const neededGo = () => /^go (\S+)/m.exec(readFileSync(join(tools, "go.mod"), "utf8"))[1];

// A toolchain that Go would first have to download is no toolchain: say so at once instead.
const goEnv = (env) => ({ ...env, GOTOOLCHAIN: "local", GOFLAGS: "-mod=readonly", GOWORK: "off" });

/** Why Go cannot build the CLI here; undefined where it can. */
export function goProblem(env) {
  const [go] = whichAll("go", env);
  if (!go) return "Go is not on the PATH";
  const version = ask(go, ["env", "GOVERSION"], { env: goEnv(env), cwd: dirname(go) });
  if (isAtLeast(version ?? "", neededGo())) return undefined;
  return `${go} is ${version ?? "no working Go"}, and ${neededGo()} or later is needed`;
}

/** Beside what was built here: which language host it is, since that one is ours and changes. */
const hostStamp = (bin) => join(bin, "airworthy-language-host");

function hostDigest() {
  const hash = createHash("sha256");
  for (const file of readdirSync(join(tools, "language-host")).sort())
    hash.update(readFileSync(join(tools, "language-host", file)));
  return hash.digest("hex");
}

/** Whether a language host was built here from other sources than there are now. The official distribution has others beside it. */
export function isOutdated(bin) {
  if (existsSync(join(bin, executable("pulumi-language-python")))) return false;
  return !existsSync(hostStamp(bin)) || readFileSync(hostStamp(bin), "utf8") !== hostDigest();
}

/** Builds CLI and language host beside their place and renames them into it, the CLI last: what stands there is whole. */
export async function buildPulumi(env) {
  const bin = pulumiBin(env);
  mkdirSync(bin, { recursive: true });
  const work = mkdtempSync(join(dirname(bin), ".part-"));
  try {
    const version = `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${PULUMI_VERSION}`;
    const packages = ["./language-host", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"];
    const args = [
      "build",
      "-v",
      "-trimpath",
      "-buildvcs=false",
      "-ldflags",
      `-s -w ${version}`,
      "-o",
      work,
      ...packages,
    ];
    const { code, last, seconds } = await withProgress("go", args, { env: goEnv(env), cwd: tools });
    if (code !== 0)
      throw new SetupError(
        `go build of the Pulumi CLI ended with ${code} after ${seconds} s:\n${last.join("\n")}\n` +
          "Check that Go reaches its module proxy (go env GOPROXY) and that the disk has 3 GB free; a second run goes on from here.",
      );
    renameSync(join(work, executable("language-host")), join(bin, executable("pulumi-language-nodejs")));
    writeFileSync(hostStamp(bin), hostDigest());
    renameSync(join(work, executable("pulumi")), join(bin, executable("pulumi")));
    say(`built the Pulumi CLI in ${seconds} s; it is kept in ${bin}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Runs it with a line every ten seconds saying how far it is. */
function withProgress(command, args, options) {
  const started = Date.now();
  const seconds = () => Math.round((Date.now() - started) / 1000);
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    const stop = (signal) => child.kill(signal);
    process.on("SIGINT", stop).on("SIGTERM", stop);
    let fetched = 0;
    let compiled = 0;
    let last = [];
    createInterface({ input: child.stderr }).on("line", (line) => {
      if (line.startsWith("go: downloading")) fetched++;
      else compiled++;
      last = [...last.slice(-11), line];
    });
    const timer = setInterval(() => {
      const at = last.at(-1)?.replace(/^go: /, "") ?? "starting";
      say(`  ${seconds()} s: ${fetched} modules fetched, ${compiled} packages compiled, now ${at}`);
    }, 10_000);
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearInterval(timer);
      process.off("SIGINT", stop).off("SIGTERM", stop);
      if (signal) reject(new SetupError(`interrupted (${signal}) after ${seconds()} s; nothing half-made is left`));
      else resolve({ code, last, seconds: seconds() });
    });
  });
}
