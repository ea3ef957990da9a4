// The checklist's part of `npm run bench`: what all rules cost on a large stack, as the real CLI asks them, and what the live check
// takes beside its slowest part.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SetupError } from "./command.mjs";
import { root, STACK } from "./project.mjs";
import { stopLocalFly } from "./stop-local-fly.mjs";

const GOALS = { msPerResource: 1, overSlowest: 1.2 };
const APPS = 200;
const ROUNDS = 3;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const stack = "urn:pulumi:dev::bench::pulumi:pulumi:Stack::bench-dev";
const provider = "urn:pulumi:dev::bench::pulumi:providers:airworthy::default";

/** So many sound apps of ten resources each, as the policies see them. */
export function soundResources(apps) {
  const image = `registry.fly.io/shop@sha256:${"8c1d5e0f7a2b4936".repeat(4)}`;
  const check = { type: "http", path: "/", interval: "15s", timeout: "5s", gracePeriod: "15s" };
  const ports = [
    { port: 80, handlers: ["http"], forceHttps: true },
    { port: 443, handlers: ["tls", "http"] },
  ];
  const concurrency = { type: "requests", softLimit: 200, hardLimit: 250 };
  const service = { internalPort: 8080, ports, concurrency, checks: [check] };
  const config = { image, env: { PRIMARY_REGION: "iad" }, stopConfig: { signal: "SIGTERM", timeout: "30s" } };
  const slots = [
    { name: "iad-0", region: "iad" },
    { name: "lhr-0", region: "lhr" },
  ];
  return Array.from({ length: apps }, (_, index) => {
    const app = `app-${index}`;
    const made = (type, name, props) => {
      const urn = `urn:pulumi:dev::bench::airworthy:index:${type}::${app}-${name}`;
      return { type: `airworthy:index:${type}`, name: `${app}-${name}`, urn, protect: true, props };
    };
    const volume = { app, name: "data", sizeGb: 10, snapshotRetention: 14 };
    return [
      made("App", "app", { name: app }),
      made("IpAddress", "v6", { app, type: "v6" }),
      made("IpAddress", "v4", { app, type: "shared_v4" }),
      made("Secrets", "secrets", { app, values: { SESSION_KEY: "x" } }),
      made("Certificate", "domain", { app, hostname: `${app}.example.com` }),
      made("DeployToken", "ci", { app, expiresIn: "90d" }),
      ...slots.map(({ name, region }) => made("Volume", name, { ...volume, region })),
      made("ProcessGroup", "web", { app, name: "web", slots, config: { ...config, services: [service] } }),
      made("ProcessGroup", "store", {
        app,
        name: "store",
        slots: slots.map((one) => ({ ...one, volume: "v" })),
        config,
      }),
    ];
  }).flat();
}

/** A state as `pulumi stack export` writes it. */
function stateFile(path, resources) {
  const own = (resource) => ({ custom: true, parent: stack, ...resource });
  const all = [
    { urn: stack, type: "pulumi:pulumi:Stack" },
    own({ urn: provider, id: "p", type: "pulumi:providers:airworthy", inputs: {}, outputs: {} }),
    ...resources.map(({ urn, type, props, protect }) =>
      own({ urn, id: urn, type, protect, provider: `${provider}::p`, inputs: props, outputs: props }),
    ),
  ];
  const manifest = { time: "2026-11-23T00:00:00Z", magic: "", version: "" };
  writeFileSync(path, JSON.stringify({ version: 3, deployment: { manifest, resources: all } }));
}

/** A pack without policies, started as ours is: what Pulumi and Node cost by themselves. */
function emptyPack(dir) {
  mkdirSync(dir);
  writeFileSync(join(dir, "PulumiPolicy.yaml"), "runtime: nodejs\ndescription: empty\n");
  writeFileSync(
    join(dir, "package.json"),
    '{ "name": "empty", "version": "1.0.0", "type": "module", "private": true }\n',
  );
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "junction");
  const script = join(dir, "empty");
  writeFileSync(
    script,
    `#!/usr/bin/env node\nprocess.chdir(${JSON.stringify(dir)});\nconst { PolicyPack } = await import("@pulumi/policy");\nnew PolicyPack("empty", { policies: [] });\n`,
  );
  chmodSync(script, 0o755);
  return script;
}

/** Milliseconds in which the CLI lets a pack judge the state. */
function analysis({ cli, env }, file, pack) {
  const started = performance.now();
  const { PULUMI_OPTION_POLICY_PACK: _, ...rest } = env;
  const args = ["policy", "analyze", "--file", file, "--policy-pack", pack];
  const { status, stdout, stderr } = spawnSync(cli, args, { env: rest, encoding: "utf8" });
  if (status !== 0) throw new SetupError(`pulumi ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return performance.now() - started;
}

/**
 * The rules on a stack of 2,000 resources, over a pack without any. Both are measured on an empty state too and that is taken off:
 * the packs differ in how fast they start.
 */
function benchRules(work, tools) {
  const resources = soundResources(APPS);
  const file = (name) => join(work, `${name}.json`);
  stateFile(file("none"), []);
  stateFile(file("all"), resources);
  const empty = emptyPack(join(work, "empty-pack"));
  const ours = join(root, "policies", "fly-production");
  const cases = [
    [empty, "none"],
    [empty, "all"],
    [ours, "none"],
    [ours, "all"],
  ];
  const times = cases.map(() => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, [pack, state]] of cases.entries()) {
      const ms = analysis(tools, file(state), pack);
      if (round > 0) times[index].push(ms);
    }
  }
  const [emptyNone, emptyAll, oursNone, oursAll] = times.map(median);
  const each = (oursAll - oursNone - (emptyAll - emptyNone)) / resources.length;
  const count = resources.length.toLocaleString("en");
  return {
    lines: [
      `an empty pack over ${count} resources   ${emptyAll.toFixed(0)} ms (over none ${emptyNone.toFixed(0)} ms)`,
      `all rules over ${count} resources       ${oursAll.toFixed(0)} ms (over none ${oursNone.toFixed(0)} ms)`,
      `what the rules add                    ${each.toFixed(2)} ms a resource (goal: under ${GOALS.msPerResource})`,
    ],
    met: each < GOALS.msPerResource,
  };
}

const airworthy = join(root, "dist", "cli", "main.js");

/** Runs a command at the root; one that ends otherwise than it should is no measurement. Answers with milliseconds. */
function ran(command, args, env) {
  const started = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: root, env, encoding: "utf8" });
  if (status !== 0) throw new SetupError(`${command} ${args.join(" ")} ended with ${status}:\n${stdout}${stderr}`);
  return performance.now() - started;
}

/** The flagship, deployed where time costs nothing, and then served as slowly as Fly answers. */
async function servedFlagship(work, { cli, env }) {
  const own = {
    ...env,
    PULUMI_BACKEND_URL: pathToFileURL(join(work, "check-state")).href,
    AIRWORTHY_LOCAL_DIR: join(work, "check-local"),
  };
  mkdirSync(join(work, "check-state"));
  mkdirSync(own.AIRWORTHY_LOCAL_DIR, { mode: 0o700 });
  ran(cli, ["stack", "init", STACK, "--non-interactive"], own);
  ran(cli, ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", STACK], own);
  await stopLocalFly(own.AIRWORTHY_LOCAL_DIR);
  const args = [airworthy, "local", "--port", "0", "--profile", "fly", "--state", own.AIRWORTHY_LOCAL_DIR];
  const serving = spawn(process.execPath, args, { cwd: root, env: own, stdio: ["ignore", "pipe", "inherit"] });
  await once(serving.stdout, "data");
  return { env: own, stop: () => stopLocalFly(own.AIRWORTHY_LOCAL_DIR) };
}

/** `airworthy check` of the flagship with all checks, and with each of them alone. */
async function benchLiveCheck(work, tools) {
  const { checkedRules } = await import("../dist/policies/catalogue.js");
  const fly = await servedFlagship(work, tools);
  try {
    const check = (...args) => ran(process.execPath, [airworthy, "check", "--stack", STACK, ...args], fly.env);
    const slugs = checkedRules.map(({ slug }) => slug);
    const times = Object.fromEntries(["all", ...slugs].map((name) => [name, []]));
    for (let round = 0; round <= ROUNDS; round++) {
      for (const name of Object.keys(times)) {
        const ms = name === "all" ? check() : check("--only", name);
        if (round > 0) times[name].push(ms);
      }
    }
    const all = median(times.all);
    const [slowest, alone] = slugs.map((slug) => [slug, median(times[slug])]).sort(([, a], [, b]) => b - a)[0];
    const ratio = all / alone;
    return {
      lines: [
        `airworthy check, the slowest alone    ${alone.toFixed(0)} ms (${slowest})`,
        `airworthy check, all ${slugs.length} at once       ${all.toFixed(0)} ms   ${ratio.toFixed(2)} x that (goal: at most ${GOALS.overSlowest})`,
      ],
      met: ratio <= GOALS.overSlowest,
    };
  } finally {
    await fly.stop();
  }
}

/** Both. */
export async function benchChecklist(work, tools) {
  const rules = benchRules(work, tools);
  const check = await benchLiveCheck(work, tools);
  return { lines: [...rules.lines, ...check.lines], met: rules.met && check.met };
}
