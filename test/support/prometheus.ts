import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debianTool } from "./debian.ts";

/** A program of Debian's that serves on this machine until it is disposed of. */
export interface Served extends AsyncDisposable {
  url: string;
}

/** Starts it, and waits until it says that it is ready. */
async function serve(
  name: string,
  file: string,
  config: object,
  args: (paths: { config: string; data: string; address: string }) => string[],
  ready: string,
): Promise<Served> {
  const dir = mkdtempSync(join(tmpdir(), `airworthy-${name}-`));
  const address = `127.0.0.1:${await freePort()}`;
  const path = join(dir, file);
  // JSON is YAML.
  writeFileSync(path, JSON.stringify(config), { mode: 0o600 });
  const child = spawn(debianTool(name), args({ config: path, data: join(dir, "data"), address }), {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  child.stderr.on("data", (text) => (said += text));
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  const stop = async () => {
    child.kill("SIGKILL");
    await ended;
    rmSync(dir, { recursive: true, force: true });
  };
  const url = `http://${address}`;
  try {
    await answers(url + ready, child);
  } catch (error) {
    await stop();
    throw new Error(`${name} does not come up:\n${said}`, { cause: error });
  }
  return { url, [Symbol.asyncDispose]: stop };
}

const patienceMs = 60_000;
const again = () => new Promise((resolve) => setTimeout(resolve, 50));

async function answers(url: string, child: ChildProcess): Promise<void> {
  const end = Date.now() + patienceMs;
  while (child.exitCode === null && Date.now() < end) {
    if ((await fetch(url).catch(() => undefined))?.ok) return;
    await again();
  }
  throw new Error(`${url} does not answer`);
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** A real Prometheus over the measurements of a local Fly, which answers where Fly's own would for an organisation. */
export async function startPrometheus(
  fly: { url: string; token: string },
  { org = "local", rules = [] }: { org?: string; rules?: object[] } = {},
): Promise<Served & { until(query: string): Promise<void> }> {
  const rulesDir = mkdtempSync(join(tmpdir(), "airworthy-rules-"));
  const rulesFile = join(rulesDir, "rules.yml");
  writeFileSync(rulesFile, JSON.stringify({ groups: rules.length === 0 ? [] : [{ name: "airworthy", rules }] }));
  const config = {
    global: { scrape_interval: "200ms", scrape_timeout: "200ms", evaluation_interval: "200ms" },
    rule_files: [rulesFile],
    scrape_configs: [
      {
        job_name: "fly",
        metrics_path: "/_local/metrics",
        honor_labels: true,
        authorization: { credentials: fly.token },
        static_configs: [{ targets: [new URL(fly.url).host] }],
      },
    ],
  };
  const prefix = `/prometheus/${org}`;
  const args = ({ config, data, address }: { config: string; data: string; address: string }) => [
    `--config.file=${config}`,
    `--storage.tsdb.path=${data}`,
    `--web.listen-address=${address}`,
    `--web.route-prefix=${prefix}`,
  ];
  const served = await serve("prometheus", "prometheus.yml", config, args, `${prefix}/-/ready`);
  const stop = async () => {
    await served[Symbol.asyncDispose]();
    rmSync(rulesDir, { recursive: true, force: true });
  };
  return { url: served.url, until: (query) => untilTrue(served.url + prefix, query), [Symbol.asyncDispose]: stop };
}

/** Waits until a question has an answer with a series in it. */
async function untilTrue(url: string, query: string): Promise<void> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const answer = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(query)}`);
    const { data } = (await answer.json()) as { data?: { result: unknown[] } };
    if (data !== undefined && data.result.length > 0) return;
    await again();
  }
  throw new Error(`Prometheus never had: ${query}`);
}

/** An alert as Alertmanager shows it. */
export interface Alerting {
  labels: Record<string, string>;
}

/** A real Alertmanager with one receiver, which tells nobody. */
export const startAlertmanager = (): Promise<Served> =>
  serve(
    "alertmanager",
    "alertmanager.yml",
    { route: { receiver: "team" }, receivers: [{ name: "team" }] },
    ({ config, data, address }) => [
      `--config.file=${config}`,
      `--storage.path=${data}`,
      `--web.listen-address=${address}`,
      "--cluster.listen-address=",
    ],
    "/-/ready",
  );
