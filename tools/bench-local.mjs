// The local Fly's part of `npm run bench`: its speed as a ratio to a bare node:http server in the same run, and its size.

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Pool } from "undici";
import { root } from "./project.mjs";

const GOALS = { ratio: 0.5, startMs: 300, rssMb: 150, loadMs: 1000 };

const CONNECTIONS = 16;
const TURN_MS = 250;
const TURNS = 4;
const MACHINES = 2000;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** What a request costs by itself: reads it whole and answers as many bytes with as many headers. */
const BARE = `
  import { createServer } from "node:http";
  const [status, headers, body] = JSON.parse(process.argv[1]);
  const server = createServer((request, response) => {
    request.resume().on("end", () => response.writeHead(status, headers).end(body));
  });
  server.listen(0, "127.0.0.1", () => console.log("http://127.0.0.1:" + server.address().port));
`;

/** Starts a server that prints a line when it serves. */
async function serve(args) {
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  // A measurement that fails leaves nobody behind.
  const end = () => child.kill();
  process.once("exit", end);
  const [line] = await Promise.race([
    once(child.stdout, "data"),
    once(child, "close").then(() => Promise.reject(new Error(`${args[0]} ended before it served`))),
  ]);
  const stop = async () => {
    process.off("exit", end);
    child.kill();
    if (child.exitCode === null) await once(child, "close");
  };
  return { line: String(line).trim(), pid: child.pid, stop };
}

async function serveBare({ status, headers, text }) {
  const { connection: _, "keep-alive": __, "transfer-encoding": ___, ...sent } = headers;
  const { line: url, stop } = await serve(["--input-type=module", "-e", BARE, JSON.stringify([status, sent, text])]);
  return { url, stop };
}

/** A local Fly on the state of that folder, and in how many milliseconds it was there. */
export async function serveLocal(dir, profile = "instant") {
  const started = performance.now();
  const bundle = join(root, "dist", "bundle", "emulator.js");
  const { pid, stop } = await serve([bundle, "--dir", dir, "--profile", profile, "--foreground"]);
  const { url, token } = JSON.parse(readFileSync(join(dir, "local.json"), "utf8"));
  await fetch(`${url}/_local/health`);
  return { url, token, pid, stop, ms: performance.now() - started };
}

/** Sends one request and gives all of the answer. */
async function send(pool, token, { method, path, body }) {
  const options = { method, path, headers: { authorization: `Bearer ${token}`, "content-type": "application/json" } };
  const answer = await pool.request({ ...options, ...(body && { body: JSON.stringify(body) }) });
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() };
}

/** Requests a second, of as many callers as there are connections. */
async function rate(pool, token, request, { status }) {
  const until = performance.now() + TURN_MS;
  let count = 0;
  const caller = async () => {
    while (performance.now() < until) {
      const answer = await send(pool, token, request);
      if (answer.status !== status)
        throw new Error(`${request.method} ${request.path}: ${answer.status} ${answer.text}`);
      count++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, caller));
  return (count * 1000) / TURN_MS;
}

/** A local Fly with one machine that has started, and the requests that are measured. */
async function prepared(local) {
  const pool = new Pool(local.url);
  const ask = (method, path, body) => send(pool, local.token, { method, path, body });
  const machines = "/v1/apps/bench/machines";
  const config = {
    image: "nginx",
    env: { PRIMARY_REGION: "iad" },
    guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 },
  };
  await ask("POST", "/v1/apps", { app_name: "bench", org_slug: "local" });
  const { id } = JSON.parse((await ask("POST", machines, { region: "iad", config })).text);
  await ask("GET", `${machines}/${id}/wait?state=started`);
  await ask("GET", `${machines}/${id}`);
  const requests = {
    "GET machine": { method: "GET", path: `${machines}/${id}` },
    "create machine": { method: "POST", path: machines, body: { region: "iad", config } },
  };
  return { requests, close: () => pool.close(), ask };
}

async function renew(ask) {
  await ask("POST", "/_local/reset");
  await ask("POST", "/v1/apps", { app_name: "bench", org_slug: "local" });
}

/** Requests a second of the local Fly and of a bare server, in turns so short that a slow minute meets both. */
async function ratios(dir, rounds) {
  const local = await serveLocal(dir);
  const found = {};
  const { requests, ask, close } = await prepared(local);
  for (const [name, request] of Object.entries(requests)) {
    const sample = await ask(request.method, request.path, request.body);
    const bare = await serveBare(sample);
    const pools = [bare.url, local.url].map((url) => new Pool(url, { connections: CONNECTIONS }));
    const pairs = [];
    // The first turns only warm up.
    for (let turn = -TURNS; turn < rounds * TURNS; turn++) {
      const theirs = await rate(pools[0], local.token, request, sample);
      const ours = await rate(pools[1], local.token, request, sample);
      // Machines of a turn before are not in the way of the next one's.
      if (request.method === "POST") await renew(ask);
      if (turn >= 0) pairs.push({ ours, theirs, ratio: ours / theirs });
    }
    for (const pool of pools) await pool.close();
    await bare.stop();
    found[name] = Object.fromEntries(
      ["ours", "theirs", "ratio"].map((key) => [key, median(pairs.map((pair) => pair[key]))]),
    );
  }
  await close();
  await local.stop();
  return found;
}

/** Memory and start of a local Fly that has many machines. */
async function size(dir) {
  const first = await serveLocal(dir);
  const { requests, ask, close } = await prepared(first);
  const { path, body } = requests["create machine"];
  for (let made = 1; made < MACHINES; made++) await ask("POST", path, body);
  await ask("POST", "/_local/clock", { advanceMs: 60_000 });
  await close();
  await first.stop();
  const again = await serveLocal(dir);
  const list = await fetch(`${again.url}${path}`, { headers: { authorization: `Bearer ${again.token}` } });
  const { length } = await list.json();
  if (length < 1000) throw new Error(`the list has ${length} of ${MACHINES} machines`);
  const rssMb = Number(spawnSync("ps", ["-o", "rss=", "-p", String(again.pid)], { encoding: "utf8" }).stdout) / 1024;
  await again.stop();
  return { loadMs: again.ms, rssMb };
}

/** Milliseconds from nothing to the first answer. */
async function start(dir) {
  const { ms, stop } = await serveLocal(dir);
  await stop();
  return ms;
}

/** Measures the local Fly in folders of its own; answers with lines to print and whether all goals were met. */
export async function benchLocal(work, rounds) {
  const folder = (name) => {
    const dir = join(work, name);
    mkdirSync(dir, { mode: 0o700 });
    return dir;
  };
  const starts = [];
  for (let round = 0; round <= rounds; round++) starts.push(await start(folder(`start-${round}`)));
  const startMs = median(starts.slice(1));
  const served = await ratios(folder("served"), rounds);
  const { loadMs, rssMb } = await size(folder("size"));
  const lines = Object.entries(served).map(
    ([name, { ours, ratio }]) =>
      `${name}`.padEnd(38) +
      `${ours.toFixed(0).padStart(6)} a second   ${ratio.toFixed(2)} x bare node:http (goal: at least ${GOALS.ratio})`,
  );
  const figure = (name, value, unit, goal) =>
    lines.push(`${name.padEnd(38)}${value.toFixed(0).padStart(6)} ${unit} (goal: at most ${goal})`);
  figure("start to first answer", startMs, "ms", GOALS.startMs);
  figure(`the same with ${MACHINES} machines`, loadMs, "ms", GOALS.loadMs);
  figure(`memory with ${MACHINES} machines`, rssMb, "MB", GOALS.rssMb);
  const met =
    Object.values(served).every(({ ratio }) => ratio >= GOALS.ratio) &&
    startMs <= GOALS.startMs &&
    loadMs <= GOALS.loadMs &&
    rssMb <= GOALS.rssMb;
  return { lines, met };
}
