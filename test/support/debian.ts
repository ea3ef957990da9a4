import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Debian's package of each program, where it is called otherwise. */
const packages: Record<string, string> = { promtool: "prometheus", alertmanager: "prometheus-alertmanager" };

/** Debian has some under names of its own. */
const names: Record<string, readonly string[]> = { alertmanager: ["prometheus-alertmanager", "alertmanager"] };

/**
 * Path of a real program that tests run against, as Debian ships it: `prometheus`, `promtool`, `alertmanager`,
 * `chromium`. Brought by apt where it is missing and this is root; otherwise an error that says how to get it.
 */
export function debianTool(name: string): string {
  const found = onPath(name);
  if (found !== undefined) return found;
  const wanted = packages[name] ?? name;
  if (process.getuid?.() !== 0 || onPath("apt-get") === undefined) throw new Error(missing(name, wanted));
  try {
    install(wanted);
  } catch (error) {
    throw new Error(missing(name, wanted), { cause: error });
  }
  const installed = onPath(name);
  if (installed === undefined) throw new Error(missing(name, wanted));
  return installed;
}

function install(wanted: string): void {
  // A daemon that a package would start is none of the tests' business.
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
  const apt = "apt-get -o DPkg::Lock::Timeout=300 -qq -y";
  const commands = `${apt} update && ${apt} install --no-install-recommends ${wanted}`;
  // Two test files may miss something at once, and apt waits for nobody who reads its lists.
  const lock = join(tmpdir(), "airworthy-apt.lock");
  execFileSync("flock", [lock, "sh", "-c", commands], { env, stdio: "pipe" });
}

function onPath(name: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/bin", "/usr/sbin"];
  const wanted = names[name] ?? [name];
  return wanted.flatMap((each) => folders.map((folder) => join(folder, each))).find((path) => existsSync(path));
}

const missing = (name: string, wanted: string) =>
  `these tests need ${name}, which is not on PATH: apt-get install ${wanted}`;
