import { join } from "node:path";
import { Workspace } from "../../support/workspace.ts";
import { ids, passing } from "./deploy.ts";
import { columns, pairs, rows, sorted } from "./table.ts";
import { endsWell, type Group } from "./tour.ts";
import type { Machine } from "./world.ts";

const app = "side-shop";
const store = "side-store";
const image = (tag: string, letter: string) => `registry.fly.io/${app}:${tag}@sha256:${letter.repeat(64)}`;
const [first, second] = [image("1.0", "a"), image("2.0", "b")];

/** A group of web servers, one of workers, and beside them one with volumes. */
const program = `
import { ProductionApp } from "airworthy";
const image = "${first}";
new ProductionApp("shop", {
  appName: "${app}", image, env: { LOG_LEVEL: "info" },
  groups: {
    web: { regions: { fra: 2, ams: 1 }, http: { port: 8080, check: { path: "/healthz" } } },
    worker: { regions: { fra: 2 }, command: ["bin/worker"], checks: { alive: { type: "http", port: 9000, path: "/alive" } } },
  },
});
new ProductionApp("store", {
  appName: "${store}", image, private: true,
  groups: { cache: { regions: { fra: 1, ams: 1 }, checks: { redis: { type: "tcp", port: 6379 } }, volume: { path: "/data", sizeGb: 1 } } },
});
`;

/** As a person would write it beside the program, with one variable that is otherwise. */
const shopToml = `app = "${app}"
primary_region = "fra"
kill_signal = "SIGTERM"
kill_timeout = "30s"

[env]
  LOG_LEVEL = "debug"

[processes]
  web = ""
  worker = "bin/worker"

[[services]]
  processes = ["web"]
  protocol = "tcp"
  internal_port = 8080
  auto_stop_machines = "stop"
  auto_start_machines = true
  min_machines_running = 1
  ports = [{ port = 80, handlers = ["http"], force_https = true }, { port = 443, handlers = ["tls", "http"] }]
  concurrency = { type = "requests", hard_limit = 250, soft_limit = 200 }
  http_checks = [{ interval = "15s", timeout = "5s", grace_period = "15s", method = "GET", path = "/healthz" }]

[checks.alive]
  processes = ["worker"]
  type = "http"
  port = 9000
  path = "/alive"
  interval = "15s"
  timeout = "5s"
  grace_period = "15s"
  method = "GET"

[[vm]]
  size = "shared-cpu-1x"
  memory = "512mb"
`;

const storeToml = `app = "${store}"
primary_region = "fra"

[processes]
  cache = ""

[mounts]
  source = "cache"
  destination = "/data"
  processes = ["cache"]
`;

/** A stack that the real Pulumi CLI brings up on the same local Fly, and flyctl beside it; pulumi has to be on PATH. */
export async function sideBySide(group: Group, folder: string): Promise<void> {
  // The rules print where the pack lies, and are no part of this.
  const env = { AIRWORTHY_LOCAL_DIR: join(folder, ".airworthy"), PULUMI_OPTION_POLICY_PACK: "" };
  const stack = await Workspace.of("examples/hello", undefined, { env }).catch((error) => error as Error);
  if (stack instanceof Error) return lacking(group, stack);
  try {
    stack.write("index.ts", program);
    group.hide(stack.dir, "<stack>");
    await pulumi(group, stack, "up --yes --skip-preview", 12);
    group.settle("beside", { "fly.toml": shopToml });
    await look(group);
    await deployed(group, stack, "rolling");
    await deployed(group, stack, "bluegreen");
    await stateful(group);
  } finally {
    await stack.remove();
    // Not by `pulumi destroy`, which leaves volumes, and the app that has them.
    for (const name of [app, store]) await group.world.call("DELETE", `/v1/apps/${name}?force=true`);
  }
}

function lacking(group: Group, { message }: Error): void {
  group.steps.push({ command: "pulumi stack init dev", ran: { text: message, code: 1 }, lines: undefined, claims: [] });
  group.claim("pulumi is on PATH, as after `. ./airworthy.env`", message, "");
}

const label = ({ config }: Machine, key: string) => config.metadata?.[key] ?? "";
const web = async ({ world }: Group) =>
  (await world.machines(app)).filter((machine) => label(machine, "fly_process_group") === "web");

/** What `pulumi up` made, as flyctl tells it. */
async function look(group: Group): Promise<void> {
  const status = await group.flyctl(`status -a ${app}`);
  const machines = await group.world.machines(app);
  group.claim(
    "has each machine that Pulumi made: group, id, number of its release, region, state, checks",
    columns(rows(status, "PROCESS"), "PROCESS", "ID", "VERSION", "REGION", "STATE", "CHECKS"),
    sorted(
      machines.map((one) => [
        ...[label(one, "fly_process_group"), one.id, label(one, "fly_release_version")],
        ...[one.region, one.state, "1 total, 1 passing"],
      ]),
    ),
  );
  group.claim("names the image of the program", pairs(status)["Image"], `${app}:1.0`);
  const releases = rows(await group.flyctl(`releases -a ${app}`), "VERSION");
  group.claim("has a line for each group", columns(releases, "VERSION", "STATUS"), [
    ["v1", "complete"],
    ["v2", "complete"],
  ]);
  const checks = rows(await group.flyctl(`checks list -a ${app}`), "NAME");
  group.claim(
    "has the check of each machine, passing",
    columns(checks, "MACHINE", "STATUS"),
    sorted(machines.map(({ id }) => [id, "passing"])),
  );
  const scale = rows(await group.flyctl(`scale show -a ${app}`), "NAME");
  group.claim("counts each group by region, with its size", columns(scale, "NAME", "COUNT", "MEMORY", "REGIONS"), [
    ["web", "3", "512 MB", "ams,fra(2)"],
    ["worker", "2", "512 MB", "fra(2)"],
  ]);
}

async function pulumi(group: Group, stack: Workspace, words: string, lines?: number): Promise<string> {
  const { code, output } = await stack.pulumi(words.split(" "));
  group.steps.push({ command: `pulumi ${words}`, ran: { text: output, code }, lines, claims: [] });
  group.claim(endsWell, code, 0);
  return output;
}

/** A deploy by flyctl, the preview that names it, and the up that takes it back. */
async function deployed(group: Group, stack: Workspace, strategy: string): Promise<void> {
  const before = await web(group);
  await group.flyctl(`deploy --image ${second} --process-groups web --strategy ${strategy} --dns-checks=false --yes`);
  const after = await web(group);
  group.claim("as many machines run the image, in the same regions, and pass their checks", shape(after), [
    ...shape(before).map((one) => one.replace("1.0", "2.0")),
  ]);
  const isSame = JSON.stringify(ids(after)) === JSON.stringify(ids(before));
  group.claim("the machines are the same ones", isSame, strategy === "rolling");
  const preview = await pulumi(group, stack, "preview --refresh --diff", strategy === "rolling" ? undefined : 12);
  group.claim(
    "names image and variable, old and new, and what had them",
    [`~ image: "${second}" => "${first}"`, '~ LOG_LEVEL: "debug" => "info"', "~ 1 to update"].filter(
      (line) => !preview.includes(line),
    ),
    [],
  );
  await pulumi(group, stack, "up --refresh --yes --skip-preview", 12);
  const mended = await web(group);
  group.claim("the machines run what the program says", shape(mended), shape(before));
  group.claim("they are the ones of before: none is lost, none is there twice", ids(mended), ids(after));
  group.claim("nobody holds a lease", await group.world.leased(app), []);
  const status = await group.flyctl(`status -a ${app}`);
  group.claim("names the image of the program again", pairs(status)["Image"], `${app}:1.0`);
}

const shape = (machines: readonly Machine[]) =>
  machines
    .map((one) => `${one.region} ${one.state} ${one.image_ref.tag} ${passing(one) ? "passing" : "not passing"}`)
    .sort();

/** flyctl wants one name for the volumes of a group, and ours are named by slot. */
async function stateful(group: Group): Promise<void> {
  group.settle("beside-store", { "fly.toml": storeToml });
  const before = await group.world.machines(store);
  const refused = /can't update the attached volume cache with name/;
  await group.flyctl(`deploy --image ${second} --yes`, { refused });
  const now = await group.world.machines(store);
  group.claim(
    "no machine was changed",
    now.map(({ instance_id }) => instance_id),
    before.map(({ instance_id }) => instance_id),
  );
}
