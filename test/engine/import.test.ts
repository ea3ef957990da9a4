import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startLocalFly } from "../../emulator/locate.ts";
import { Workspace } from "../support/workspace.ts";

const app = "made-by-hand";
const image = `registry.fly.io/made@sha256:${"c".repeat(64)}`;

/** What `fly deploy` gives a machine of its own. */
const deployed = (volume: string) => ({
  image,
  guest: { cpu_kind: "shared", cpus: 1, memory_mb: 512 },
  env: { FLY_PROCESS_GROUP: "web", PRIMARY_REGION: "iad", LOG_LEVEL: "info" },
  metadata: {
    fly_platform_version: "v2",
    fly_process_group: "web",
    fly_release_id: "rel_1",
    fly_release_version: "3",
    fly_flyctl_version: "0.4.0",
  },
  services: [
    {
      protocol: "tcp",
      internal_port: 8080,
      ports: [
        { port: 80, handlers: ["http"], force_https: true },
        { port: 443, handlers: ["http", "tls"] },
      ],
      autostop: "stop",
      autostart: true,
      min_machines_running: 1,
      concurrency: { type: "requests", soft_limit: 200, hard_limit: 250 },
      checks: [{ type: "http", port: 8080, path: "/healthz", interval: "15s", timeout: "5s", grace_period: "10s" }],
    },
  ],
  mounts: [{ volume, path: "/data" }],
});

describe.each(["instant", "strange"] as const)("on a Fly of profile %s", (profile) => {
  let work: Workspace;

  beforeAll(async () => {
    work = await Workspace.of("examples/hello");
    await startLocalFly(work.dir, { profile });
  });
  afterAll(() => work?.remove());

  const made = async (path: string, body: unknown) => (await work.send("POST", path, body)) as { id: string };

  test("what was made by hand is imported, and the program that import writes changes nothing", async () => {
    await made("/v1/apps", { name: app, org_slug: "local" });
    await work.send("POST", `/v1/apps/${app}/ip_assignments`, { type: "v6" });
    const config = { image, init: { cmd: ["bin/report"] }, guest: { cpu_kind: "shared", cpus: 1, memory_mb: 256 } };
    const single = await made(`/v1/apps/${app}/machines`, { name: "report", region: "lhr", config });
    const volumes: string[] = [];
    for (const region of ["iad", "lhr"]) {
      const { id } = await made(`/v1/apps/${app}/volumes`, { name: "data", region, size_gb: 3 });
      await made(`/v1/apps/${app}/machines`, { name: `web-${region}`, region, config: deployed(id) });
      volumes.push(id);
    }
    await made(`/v1/apps/${app}/certificates/acme`, { hostname: "made.example.com" });

    const resources = [
      ["App", "app", app],
      ["Volume", "data-iad", `${app}/${volumes[0]}`],
      ["Volume", "data-lhr", `${app}/${volumes[1]}`],
      ["Machine", "report", `${app}/${single.id}`],
      ["Certificate", "domain", `${app}/made.example.com`],
      ["ProcessGroup", "web", `${app}/web`],
    ].map(([type, name, id]) => ({ type: `airworthy:index:${type}`, name, id }));
    work.write("import.json", JSON.stringify({ resources }));
    const before = await work.mutations();
    await work.ok("import", "--file", "import.json", "--out", "index.ts", "--yes", "--skip-preview");
    expect(work.read("index.ts")).toContain('from "airworthy"');

    // Previews of what exists; the checklist has its own opinion of how it was made.
    const plain = { PULUMI_OPTION_POLICY_PACK: undefined };
    for (const command of [
      ["preview", "--expect-no-changes", "--diff"],
      ["refresh", "--yes", "--skip-preview", "--expect-no-changes"],
      ["preview", "--expect-no-changes", "--diff"],
    ]) {
      const { code, output } = await work.pulumi(command, plain);
      expect(code, output).toBe(0);
    }
    expect(await work.mutations()).toEqual(before);
  });

  test("a change of what was imported reaches the machines that were there", async () => {
    const machines = async () =>
      (
        (await work.send("GET", `/v1/apps/${app}/machines`)) as {
          id: string;
          config: { env?: { LOG_LEVEL?: string } };
        }[]
      ).sort((one, other) => one.id.localeCompare(other.id));
    const before = (await machines()).map(({ id }) => id);
    work.edit("index.ts", (text) => text.replace('LOG_LEVEL: "info"', 'LOG_LEVEL: "debug"'));
    const { code, output } = await work.pulumi(["up", "--yes", "--skip-preview"], {
      PULUMI_OPTION_POLICY_PACK: undefined,
    });
    expect(code, output).toBe(0);
    const after = await machines();
    expect(after.map(({ id }) => id)).toEqual(before);
    expect(after.filter(({ config }) => config.env?.LOG_LEVEL === "debug")).toHaveLength(2);
  });
});
