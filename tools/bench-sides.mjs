// The two sides of bench-flyctl: the same app of 12 machines in three regions, made and released by a program with
// `pulumi up`, and by fly.toml with `flyctl deploy`.

import { spawn } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { profiles } from "../emulator/profile.ts";
import { serveLocal } from "./bench-local.mjs";
import { SetupError } from "./command.mjs";
import { root } from "./project.mjs";

const APP = "bench";
const REGIONS = { iad: 4, lhr: 4, fra: 4 };
const FIRST = "a";

const image = (letter) => `registry.fly.io/bench@sha256:${letter.repeat(64)}`;

/** Runs a command without standing in the way of others; one that fails is no measurement. */
function run(command, args, { cwd, env }) {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += text));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(output);
      else reject(new SetupError(`${command} ${args.join(" ")} ended with ${code}:\n${output.slice(-4000)}`));
    });
  });
}

/** A local Fly, and what is asked of it besides the sides' own calls. */
async function flyOf(dir, profile) {
  mkdirSync(dir, { mode: 0o700 });
  const { url, token, stop } = await serveLocal(dir, profile);
  const ask = async (path, body) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(url + path, { headers, ...(body && { method: "POST", body: JSON.stringify(body) }) });
    if (!answer.ok) throw new SetupError(`${path} of the local Fly: ${answer.status} ${await answer.text()}`);
    return await answer.json();
  };
  const journal = async (since) => (await ask(`/_local/journal?since=${since}`)).entries;
  /** The machines there are, with the leases on them. */
  const machines = async () => {
    const listed = await ask(`/v1/apps/${APP}/machines?include_leases=true`);
    return listed
      .filter(({ state }) => state !== "destroyed")
      .map((machine) => ({ ...machine, leased: Boolean(machine.lease), checks: machine.checks ?? [] }));
  };
  /** Lets so many milliseconds go by at Fly. */
  const rest = (ms = 5_000) => sleep(ms / profiles[profile].pace);
  return { url, token, stop, ask, journal, machines, rest };
}

/** A project whose program is as a user writes it. Answers with what gives it an image. */
function project(dir, { strategy, maxUnavailable }) {
  mkdirSync(join(dir, "state"));
  writeFileSync(
    join(dir, "Pulumi.yaml"),
    `name: bench\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\nplugins:\n  providers:\n    - name: airworthy\n      path: ${JSON.stringify(join(root, "provider"))}\n`,
  );
  writeFileSync(join(dir, "package.json"), '{ "type": "module", "private": true }\n');
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "junction");
  const args = {
    appName: APP,
    deploy: { strategy, ...(maxUnavailable && { maxUnavailable }) },
    groups: { web: { regions: REGIONS, http: { port: 8080, autostop: "off" } } },
  };
  return (letter) =>
    writeFileSync(
      join(dir, "index.js"),
      `import { ProductionApp } from "airworthy";
new ProductionApp("bench", ${JSON.stringify({ ...args, image: image(letter) })});
`,
    );
}

/** `pulumi up` as a user runs it: with preview, pack and all. */
export async function ourSide(dir, { cli, env: given }, asked) {
  const declare = project(dir, asked);
  const local = await flyOf(join(dir, "local"), asked.profile);
  const env = {
    ...given,
    PULUMI_BACKEND_URL: pathToFileURL(join(dir, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: "of a bench",
    PULUMI_OPTION_POLICY_PACK: join(root, "policies", "fly-production"),
    AIRWORTHY_LOCAL_DIR: join(dir, "local"),
    NODE_COMPILE_CACHE: join(dir, "compile-cache"),
  };
  const pulumi = (...args) => run(cli, [...args, "--stack", "dev", "--non-interactive"], { cwd: dir, env });
  const release = async (letter) => {
    declare(letter);
    await pulumi("up", "--yes");
  };
  return await firstly(local, { name: "pulumi up", isOurs: true, local, release, stop: local.stop }, async () => {
    declare(FIRST);
    await pulumi("stack", "init", "--no-select");
    await pulumi("config", "set", "airworthy:local", "true");
    await release(FIRST);
  });
}

/** What a ProductionApp says where the program says nothing, in flyctl's words. */
const FLY_TOML = `app = "${APP}"
primary_region = "${Object.keys(REGIONS)[0]}"
kill_signal = "SIGTERM"
kill_timeout = "30s"

[http_service]
  internal_port = 8080
  force_https = true
  auto_stop_machines = "off"
  auto_start_machines = true
  [http_service.concurrency]
    type = "requests"
    soft_limit = 200
    hard_limit = 250
  [[http_service.checks]]
    method = "GET"
    path = "/"
    interval = "15s"
    timeout = "5s"
    grace_period = "15s"

[[restart]]
  policy = "on-failure"
  retries = 10

[[vm]]
  size = "shared-cpu-1x"
  memory = "512mb"
`;

/** What flyctl needs to be at home in a folder and at that Fly, and to call nobody else. */
const flyctlEnvironment = (home, { url, token }) => ({
  PATH: process.env.PATH,
  HOME: home,
  FLY_CONFIG_DIR: join(home, ".fly"),
  FLY_FLAPS_BASE_URL: url,
  FLY_API_BASE_URL: url,
  FLY_UIEX_BASE_URL: url,
  FLY_API_TOKEN: token,
  FLY_SEND_METRICS: "0",
  FLY_NO_UPDATE_CHECK: "1",
  NO_COLOR: "1",
});

/** flyctl as it is. */
export async function flyctlSide(dir, flyctl, { profile, strategy, maxUnavailable, maxConcurrent }) {
  writeFileSync(join(dir, "fly.toml"), FLY_TOML);
  const home = join(dir, "home");
  mkdirSync(home);
  const local = await flyOf(join(dir, "local"), profile);
  const env = flyctlEnvironment(home, local);
  const fly = (...args) => run(flyctl, args, { cwd: dir, env });
  // Its look for the app's name goes to the Internet's DNS, where no app of the local Fly is.
  const deploy = (letter, ...more) =>
    fly("deploy", "--image", image(letter), "--yes", "--dns-checks=false", "--no-public-ips", ...more);
  const widths = [
    ...(maxUnavailable ? ["--max-unavailable", String(maxUnavailable)] : []),
    ...(maxConcurrent ? ["--max-concurrent", String(maxConcurrent)] : []),
  ];
  const release = (letter) => deploy(letter, "--strategy", strategy, ...widths);
  return await firstly(local, { name: "flyctl deploy", local, release, stop: local.stop }, async () => {
    await fly("apps", "create", APP, "-o", "local");
    await deploy(FIRST, "--ha=false");
    await cloned(local);
  });
}

/** The other machines as flyctl made the first: its `scale count` makes all at once, which Fly's limit of creates refuses. */
async function cloned(local) {
  const [{ config }] = await local.machines();
  const regions = Object.entries(REGIONS).flatMap(([region, count]) => Array(count).fill(region));
  for (const region of regions.slice(1)) {
    await local.rest(1_500);
    await local.ask(`/v1/apps/${APP}/machines`, { region, config });
  }
}

/** Makes the side's app and waits until all of it is healthy; whatever fails ends its Fly. */
async function firstly(local, side, make) {
  try {
    await make();
    for (;;) {
      const machines = await local.machines();
      if (machines.every(({ checks }) => checks.length > 0 && checks.every(({ status }) => status === "passing")))
        break;
      await local.rest();
    }
    await local.rest();
    return side;
  } catch (error) {
    await local.stop();
    throw error;
  }
}
