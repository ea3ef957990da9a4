import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** A PostgreSQL of its own, gone after the tests. */
export interface Postgres {
  /** What makes it the Pulumi CLI's backend. The password is not in the address, which the CLI prints. */
  env: { PULUMI_BACKEND_URL: string; PGPASSWORD: string };
  stop(): Promise<void>;
}

const password = "of-a-test";

/** Starts a PostgreSQL on a free port of this machine, with its data in a folder of its own. */
export async function startPostgres(): Promise<Postgres> {
  const bin = installed() ?? install();
  const user = runsAs();
  const dir = mkdtempSync(join(tmpdir(), "airworthy-postgres-"));
  const data = join(dir, "data");
  const passwordFile = join(dir, "password");
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (user !== undefined) for (const path of [dir, passwordFile]) chownSync(path, user.uid, user.gid);
  const options = { cwd: dir, ...user };
  const auth = ["--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  execFileSync(join(bin, "initdb"), ["-D", data, "-U", "postgres", ...auth, "--no-sync"], {
    ...options,
    stdio: "pipe",
  });
  const port = await freePort();
  // Nothing here outlives the machine, so nothing waits for the disk.
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=", "fsync=off"];
  const server = spawn(join(bin, "postgres"), ["-D", data, ...settings.flatMap((one) => ["-c", one])], {
    ...options,
    stdio: ["ignore", "ignore", "pipe"],
  });
  await accepting(server);
  return {
    env: {
      PULUMI_BACKEND_URL: `postgres://postgres@127.0.0.1:${port}/postgres?sslmode=disable`,
      PGPASSWORD: password,
    },
    stop: async () => {
      const ended = new Promise((resolve) => server.once("close", resolve));
      server.kill("SIGINT"); // what PostgreSQL calls a fast shutdown: clients are cut off
      await ended;
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

/** Folder of the newest PostgreSQL here: Debian keeps it off the PATH. */
function installed(): string | undefined {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => join(debian, version, "bin")),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

function install(): string {
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(
      "the tests of a shared state need PostgreSQL, which is not here. Install its server (Debian and Ubuntu: `sudo apt-get install postgresql`; macOS: `brew install postgresql`), then run again",
    );
  }
  console.error("PostgreSQL is not here: installing it with apt-get");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "postgresql"]]) {
    execFileSync("apt-get", ["-q", ...args], { env, stdio: "pipe" });
  }
  const bin = installed();
  if (bin === undefined) throw new Error("apt-get installed postgresql, but /usr/lib/postgresql has no initdb");
  return bin;
}

/** PostgreSQL refuses to run as root, so it then runs as the user that its package made. */
function runsAs(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

const freePort = () =>
  new Promise<number>((resolve, reject) => {
    const server = createServer().on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

const accepting = (server: ChildProcess) =>
  new Promise<void>((resolve, reject) => {
    let said = "";
    server.stderr?.on("data", (chunk) => {
      said += chunk;
      if (said.includes("ready to accept connections")) resolve();
    });
    server.once("close", (code) => reject(new Error(`postgres ended with ${code}:\n${said}`)));
  });
