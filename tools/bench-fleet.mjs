// The large group's part of `npm run bench`: a preview, a refresh and the provider's memory with many machines, through the
// real CLI.

import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SetupError } from "./command.mjs";
import { root } from "./project.mjs";
import { stopLocalFly } from "./stop-local-fly.mjs";

const GOALS = { previewMs: 5_000, refreshCalls: 30, rssMb: 300 };
const MACHINES = 500;
const ROUNDS = 3;
const REGIONS = ["iad", "lhr", "fra", "syd"];

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

const image = (letter) => `registry.fly.io/fleet@sha256:${letter.repeat(64)}`;

/** Loaded into every Node that the CLI starts: the provider's writes down how much memory it had at most. */
const WATCH = (dir) => `
  if (/provider.pulumi-resource-airworthy$/.test(process.argv[1] ?? "")) {
    const { writeFileSync } = await import("node:fs");
    const note = () => writeFileSync(${JSON.stringify(dir)} + "/" + process.pid, String(process.resourceUsage().maxRSS));
    setInterval(note, 50).unref();
    process.on("exit", note);
  }
`;

/** A project of one group, as a program would declare it. */
function project(dir, rss) {
  for (const folder of [dir, rss, join(dir, "state")]) mkdirSync(folder);
  writeFileSync(join(rss, "watch.mjs"), WATCH(rss));
  writeFileSync(
    join(dir, "Pulumi.yaml"),
    `name: fleet\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\nplugins:\n  providers:\n    - name: airworthy\n      path: ${JSON.stringify(join(root, "provider"))}\n`,
  );
  writeFileSync(join(dir, "package.json"), '{ "type": "module", "private": true }\n');
  symlinkSync(join(root, "node_modules"), join(dir, "node_modules"), "junction");
  return { dir, rss };
}

function declare({ dir }, letter) {
  const regions = JSON.stringify(Object.fromEntries(REGIONS.map((region) => [region, MACHINES / REGIONS.length])));
  writeFileSync(
    join(dir, "index.js"),
    `import { ProductionApp } from "airworthy";
new ProductionApp("fleet", {
  image: "${image(letter)}",
  groups: { web: { regions: ${regions}, http: { port: 8080 } } },
});
`,
  );
}

/** Most memory of any provider so far, in MB. */
const mostRss = ({ rss }) =>
  Math.max(
    ...readdirSync(rss)
      .filter((name) => /^\d+$/.test(name))
      .map((name) => Number(readFileSync(join(rss, name), "utf8")) / 1024),
  );

/** Runs the CLI; answers with milliseconds. */
function pulumi({ cli, env, dir }, ...args) {
  const started = performance.now();
  const all = [...args, "--stack", "dev", "--non-interactive"];
  const { status, stdout, stderr } = spawnSync(cli, all, { cwd: dir, env, encoding: "utf8" });
  if (status !== 0)
    throw new SetupError(`pulumi ${args.join(" ")} in ${dir} ended with ${status}:\n${stdout}${stderr}`);
  return performance.now() - started;
}

/** Fly's calls since an entry of the journal. */
async function journal(local, since) {
  const { url, token } = JSON.parse(readFileSync(join(local, "local.json"), "utf8"));
  const headers = { authorization: `Bearer ${token}` };
  return (await (await fetch(`${url}/_local/journal?since=${since}`, { headers })).json()).entries;
}

/** Measures a large group in a folder of its own; answers with lines to print and whether all goals were met. */
export async function benchFleet(work, { cli, env: given }) {
  const fleet = project(join(work, "fleet"), join(work, "rss"));
  const local = join(work, "fleet-local");
  mkdirSync(local, { mode: 0o700 });
  const env = {
    ...given,
    PULUMI_BACKEND_URL: pathToFileURL(join(fleet.dir, "state")).href,
    PULUMI_CONFIG_PASSPHRASE: "of a bench",
    PULUMI_OPTION_POLICY_PACK: join(root, "policies", "fly-production"),
    AIRWORTHY_LOCAL_DIR: local,
    NODE_COMPILE_CACHE: join(work, "compile-cache"),
    NODE_OPTIONS: `--import ${pathToFileURL(join(fleet.rss, "watch.mjs")).href}`,
  };
  const at = { cli, env, dir: fleet.dir };
  try {
    declare(fleet, "a");
    pulumi(at, "stack", "init", "--no-select");
    pulumi(at, "config", "set", "airworthy:local", "true");
    const upMs = pulumi(at, "up", "--yes", "--skip-preview");
    const unchanged = rounds(() => pulumi(at, "preview", "--expect-no-changes"));
    const since = (await journal(local, 0)).at(-1)?.seq ?? 0;
    const refreshMs = pulumi(at, "refresh", "--yes", "--skip-preview");
    const calls = (await journal(local, since)).length;
    declare(fleet, "b");
    const changed = rounds(() => pulumi(at, "preview"));
    const rollMs = pulumi(at, "up", "--yes", "--skip-preview");
    return report({ upMs, unchanged, changed, refreshMs, calls, rollMs, rssMb: mostRss(fleet) });
  } finally {
    await stopLocalFly(local);
  }
}

/** The first one only warms up. */
const rounds = (measure) => median(Array.from({ length: ROUNDS + 1 }, measure).slice(1));

function report({ upMs, unchanged, changed, refreshMs, calls, rollMs, rssMb }) {
  const figure = (name, value, unit, goal) =>
    `${name.padEnd(38)}${value.toFixed(0).padStart(6)} ${unit}${goal ? ` (goal: at most ${goal})` : ""}`;
  const lines = [
    figure(`preview, ${MACHINES} machines, no change`, unchanged, "ms", GOALS.previewMs),
    figure("preview, all of them changed", changed, "ms", GOALS.previewMs),
    `${figure("refresh", calls, "calls", GOALS.refreshCalls)}, ${refreshMs.toFixed(0)} ms`,
    figure("first up, and rolling update", upMs, `ms, ${rollMs.toFixed(0)} ms; no time of Fly's in it`),
    figure("memory of the provider in all of these", rssMb, "MB", GOALS.rssMb),
  ];
  const met = Math.max(unchanged, changed) <= GOALS.previewMs && calls <= GOALS.refreshCalls && rssMb <= GOALS.rssMb;
  return { lines, met };
}
