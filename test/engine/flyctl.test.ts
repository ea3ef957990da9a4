import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machine } from "../support/group.ts";
import { Workspace } from "../support/workspace.ts";

// An app that `pulumi up` made, as flyctl sees and changes it. What it puts on the wire is taken from runs of flyctl ad0172f
// beside the real Pulumi CLI (docs/flyctl.md); here it is raw HTTP, since no flyctl is at hand.

const app = "side-shop";
const image = (letter: string) => `registry.fly.io/${app}@sha256:${letter.repeat(64)}`;
const program = `
import { ProductionApp } from "airworthy";
new ProductionApp("shop", {
  appName: "${app}", image: "${image("a")}", env: { LOG_LEVEL: "info" },
  groups: {
    web: { regions: { iad: 2, lhr: 1 }, http: { port: 8080, check: { path: "/healthz" } } },
    worker: { regions: { iad: 2 }, command: ["bin/worker"], checks: { alive: { type: "http", port: 9000, path: "/alive" } } },
  },
});
`;

interface Seen extends Machine {
  checks: { name: string; status: string }[];
  image_ref: { repository: string; digest: string };
  config: Machine["config"] & { guest: { cpu_kind: string; cpus: number; memory_mb: number }; standbys?: string[] };
}

let shop: Workspace;

beforeAll(async () => {
  shop = await Workspace.of("examples/hello");
  shop.write("index.ts", program);
  // What docs/flyctl.md tells a team to do that deploys by both: every preview and up looks at Fly first.
  shop.edit("Pulumi.yaml", (text) => `${text}options:\n  refresh: always\n`);
  await up();
});
afterAll(() => shop?.remove());

const up = () => shop.ok("up", "--yes", "--skip-preview");
const send = (method: string, path: string, body?: unknown) => shop.send(method, path, body) as Promise<never>;
const machines = `/v1/apps/${app}/machines`;

/** The machines that flyctl counts among the app's, and are not on their way out (fly-go, Machine.IsAppsV2 and IsActive). */
async function seen(group?: string): Promise<Seen[]> {
  const listed = (await send("GET", `${machines}?include_deleted=false`)) as Seen[];
  const all = listed.filter(({ state }) => !state.startsWith("destroy"));
  const counted = all.filter(({ config: { metadata } }) => metadata["fly_platform_version"] === "v2");
  expect(counted).toHaveLength(all.length);
  return counted
    .filter(({ config: { metadata } }) => group === undefined || metadata["fly_process_group"] === group)
    .sort((one, other) => label(one, "airworthy_slot").localeCompare(label(other, "airworthy_slot")));
}

const label = ({ config }: Seen, key: string) => config.metadata[key] ?? "";
const ids = async (group?: string) => (await seen(group)).map(({ id }) => id).sort();

/** What `fly releases` asks for, newest first (fly-go, resource_releases.go). */
async function releases() {
  const query = `query($appName: String!, $limit: Int!) { app(name: $appName) {
    releases: releasesUnprocessed(first: $limit) { nodes { id version description status imageRef stable createdAt } }
    currentReleaseUnprocessed { configDefinition }
  } }`;
  const { data } = (await send("POST", "/graphql", { query, variables: { appName: app, limit: 25 } })) as {
    data: {
      app: {
        releases: { nodes: { id: string; version: number; status: string; imageRef: string }[] };
        currentReleaseUnprocessed: { configDefinition: unknown };
      };
    };
  };
  return { lines: data.app.releases.nodes, definition: data.app.currentReleaseUnprocessed.configDefinition };
}

/** Each machine's number is that of a complete line in Fly's book which has the machine's image; `fly status` shows both. */
async function isTold() {
  const { lines } = await releases();
  for (const machine of await seen()) {
    const line = lines.find(({ id }) => id === label(machine, "fly_release_id"));
    expect(line).toMatchObject({ status: "complete", imageRef: machine.config.image });
    expect(label(machine, "fly_release_version")).toBe(String(line?.version));
  }
}

/** The beginning of each `fly deploy`: its line in the book, with the fly.toml in it. */
async function begin(strategy: string): Promise<{ id: string; version: number }> {
  const definition = { app, env: { LOG_LEVEL: "debug" }, processes: { web: "", worker: "bin/worker" } };
  const line = { app_name: app, build_id: 1, definition, image: image("b"), strategy };
  const { release } = (await send("POST", "/api/v1/releases", line)) as { release: { id: string; version: number } };
  await send("PATCH", `/api/v1/releases/${release.id}`, { metadata: null, status: "running" });
  return release;
}

/** A machine's config as flyctl makes it of fly.toml: the labels that are there stay, and its own are put over them. */
function remade({ config }: Seen, { id, version }: { id: string; version: number }): Seen["config"] {
  const own = { fly_flyctl_version: "0.4.0", fly_release_id: id, fly_release_version: String(version) };
  const env = { ...config.env, LOG_LEVEL: "debug" };
  return { ...config, env, image: image("b"), metadata: { ...config.metadata, ...own } };
}

/** `fly deploy --image … --process-groups web`: all leased, one changed after the other. */
async function deployRolling(): Promise<void> {
  const release = await begin("ROLLING");
  const web = await seen("web");
  const leases = new Map<string, string>();
  for (const { id } of web) {
    const { data } = (await send("POST", `${machines}/${id}/lease?ttl=13`)) as { data: { nonce: string } };
    leases.set(id, data.nonce);
  }
  const { url, token } = await shop.localFly();
  const held = (id: string) => ({ authorization: `Bearer ${token}`, "fly-machine-lease-nonce": leases.get(id) ?? "" });
  for (const machine of web) {
    const { id, region } = machine;
    const body = JSON.stringify({ config: remade(machine, release), region, skip_secrets: false });
    const answer = await fetch(`${url}${machines}/${id}`, { method: "POST", headers: held(id), body });
    expect(answer.status).toBe(200);
    await send("GET", `${machines}/${id}/wait?state=started&timeout=60`);
  }
  for (const { id } of web) await fetch(`${url}${machines}/${id}/lease`, { method: "DELETE", headers: held(id) });
  await send("PATCH", `/api/v1/releases/${release.id}`, { status: "complete" });
}

/** The same with `--strategy bluegreen`: others under other names take the place of all. */
async function deployBluegreen(): Promise<void> {
  const release = await begin("BLUEGREEN");
  const blue = await seen("web");
  for (const machine of blue) {
    const body = { config: remade(machine, release), region: machine.region, skip_service_registration: true };
    const { id } = (await send("POST", machines, body)) as { id: string };
    await send("GET", `${machines}/${id}/wait?state=started&timeout=60`);
    await send("POST", `${machines}/${id}/uncordon`);
  }
  for (const { id } of blue) {
    await send("POST", `${machines}/${id}/stop`);
    await send("GET", `${machines}/${id}/wait?state=stopped&timeout=60`);
    await send("DELETE", `${machines}/${id}?force=true`);
  }
  await send("PATCH", `/api/v1/releases/${release.id}`, { status: "complete" });
}

const preview = () => shop.ok("preview", "--diff");
const namesBoth = (output: string) => {
  expect(output).toContain(`~ image: "${image("b")}" => "${image("a")}"`);
  expect(output).toContain('~ LOG_LEVEL: "debug" => "info"');
  expect(output).toMatch(
    /warning: machine \w+ \(web\/lhr-0\) was changed at Fly: config\.image, config\.env\.LOG_LEVEL/,
  );
  expect(output).toMatch(/~ 1 to update/);
};

test("status, checks list and scale show read each group's machines, with their checks, size and regions", async () => {
  const shape = (await seen()).map(({ config, region, state, checks, image_ref: ref }) => [
    config.metadata["fly_process_group"],
    `${region} ${state}`,
    checks.flatMap(({ name, status }) => (name.startsWith("bg_") ? [] : `${name} ${status}`)).join(),
    `${config.guest.cpu_kind} ${config.guest.cpus} ${config.guest.memory_mb}`,
    `${ref.repository}@${ref.digest}` === image("a").replace("registry.fly.io/", ""),
  ]);
  const web = (region: string) =>
    ["web", `${region} started`, "servicecheck-00-http-8080 passing", "shared 1 512", true] as const;
  const worker = ["worker", "iad started", "alive passing", "shared 1 512", true];
  expect(shape.sort()).toEqual([web("iad"), web("iad"), web("lhr"), worker, worker]);
  const query = `query ($appName: String!) { appcompact: app(name: $appName) {
    name hostname deployed status platformVersion organization { slug }
  } }`;
  const { data } = (await send("POST", "/graphql", { query, variables: { appName: app } })) as { data: unknown };
  expect(data).toEqual({
    appcompact: {
      ...{ name: app, hostname: `${app}.fly.dev`, deployed: true, status: "deployed", platformVersion: "machines" },
      organization: { slug: "local" },
    },
  });
});

test("releases lists what each group rolled out, and each machine has the number of one of them", async () => {
  const { lines, definition } = await releases();
  expect(lines).toMatchObject([
    { version: 2, status: "complete", imageRef: image("a"), stable: true },
    { version: 1, status: "complete", imageRef: image("a") },
  ]);
  // Without a fly.toml in the book flyctl asks the machines, as `config show` does.
  expect(definition).toBeNull();
  await isTold();
});

test("after a fly deploy the next preview names what it changed, and up takes it back on the same machines", async () => {
  const before = await ids();
  await deployRolling();
  expect(await ids()).toEqual(before);
  await isTold();
  namesBoth(await preview());
  await up();
  expect(await ids()).toEqual(before);
  expect((await seen()).map(({ config }) => `${config.image} ${config.env["LOG_LEVEL"]}`)).toEqual(
    Array(5).fill(`${image("a")} info`),
  );
  await isTold();
  const { lines, definition } = await releases();
  expect(lines.map(({ version, imageRef }) => `${version} ${imageRef.at(-1)}`)).toEqual(["4 a", "3 b", "2 a", "1 a"]);
  expect(definition).toBeNull();
  await shop.ok("preview", "--expect-no-changes");
}, 120_000);

test("after one by bluegreen it names the new machines too, and up keeps them: none is there twice", async () => {
  const blue = await ids("web");
  const worker = await ids("worker");
  await deployBluegreen();
  const green = await ids("web");
  expect(green.filter((id) => blue.includes(id))).toEqual([]);
  const output = await preview();
  namesBoth(output);
  for (const id of green) expect(output).toMatch(new RegExp(`~ id +: "\\w+" => "${id}"`));
  await up();
  expect([await ids("web"), await ids("worker")]).toEqual([green, worker]);
  await isTold();
  await shop.ok("preview", "--expect-no-changes");
}, 120_000);
