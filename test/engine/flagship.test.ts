import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machine } from "../support/group.ts";
import { ruleIds, Workspace } from "../support/workspace.ts";

let shop: Workspace;
let app = "";

beforeAll(async () => {
  shop = await Workspace.of(".");
  await shop.pulumi(["config", "set", "--secret", "sessionKey"], {}, "planted-session-key");
});
afterAll(() => shop?.remove());

const up = () => shop.ok("up", "--yes", "--skip-preview");
const machines = () => shop.send("GET", `/v1/apps/${app}/machines`) as Promise<Machine[]>;
const volumes = () => shop.send("GET", `/v1/apps/${app}/volumes`) as Promise<{ id: string; name: string }[]>;
interface Resource {
  type: string;
  id: string;
  protect?: boolean;
  outputs: Record<string, unknown>;
}

async function resourcesOf(...flags: string[]): Promise<Resource[]> {
  return JSON.parse(await shop.export(...flags)).deployment.resources;
}

const slotOf = (all: Machine[], slot: string) => all.find(({ name }) => name === slot) as Machine;

test("the preview breaks no rule but the four whose components come later, and has a line for each group", async () => {
  const output = await shop.ok("preview");
  expect(output).toContain("web: 5 machines in iad, lhr, syd, rolling");
  expect(output).toContain("worker: 2 machines in iad, rolling");
  expect(ruleIds(output)).toEqual(["FLY-OBS-01", "FLY-OBS-02", "FLY-ORG-02", "FLY-VOL-07"]);
  expect(output).not.toContain("[mandatory]");
});

test("its airworthy.toml exempts exactly these, each with reason, owner and end, and no finding is left", async () => {
  const inAMonth = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  // The day that is committed passes; what the file says besides does not.
  const text = readFileSync(join(import.meta.dirname, "..", "..", "airworthy.toml"), "utf8");
  shop.write("airworthy.toml", text.replace(/^until = .*$/gm, `until = ${inAMonth}`));
  const files = { AIRWORTHY_CONFIG: join(shop.dir, "airworthy.toml"), AIRWORTHY_FINDINGS: join(shop.dir, "findings") };
  const { code, output } = await shop.pulumi(["preview"], files);
  expect([code, ruleIds(output)]).toEqual([0, []]);
  expect(output).toContain("4 findings exempted");
  const lines = shop.read("findings").trim().split("\n");
  const records = lines.map((line) => JSON.parse(line)).filter((one) => "rule" in one && one.state !== "unjudged");
  expect(records.map(({ rule, priority, state }) => `${rule} ${priority} ${state}`).sort()).toEqual(
    ["FLY-OBS-01", "FLY-OBS-02", "FLY-ORG-02", "FLY-VOL-07"].map((id) => `${id} P2 exempted`),
  );
  for (const { exempted } of records) {
    expect(exempted).toEqual({ reason: expect.any(String), owner: "the maintainers", until: inAMonth });
  }
});

test("up deploys it and prints the outputs", async () => {
  await up();
  const outputs = (await shop.outputs()) as unknown as {
    url: string;
    machineIds: Record<string, string[]>;
    addresses: string[];
    dnsRecords: { type: string; name: string; value: string; purpose: string }[];
    deployToken: string;
  };
  app = new URL(outputs.url).hostname.replace(".fly.dev", "");
  expect(outputs.machineIds).toMatchObject({ web: { length: 5 }, worker: { length: 2 }, cache: { length: 2 } });
  expect(outputs.addresses).toHaveLength(2);
  const traffic = outputs.dnsRecords.filter(({ purpose }) => purpose === "traffic");
  expect(traffic.map(({ type, name, value }) => `${name} ${type} ${value}`).sort()).toEqual([
    `shop.example.com A ${outputs.addresses[1]}`,
    `shop.example.com AAAA ${outputs.addresses[0]}`,
  ]);
  expect(outputs.deployToken).toBe("[secret]");
  expect((await machines()).every(({ state }) => state === "started")).toBe(true);
});

test("a second up makes no call that changes anything", async () => {
  const before = await shop.mutations();
  await shop.ok("up", "--yes");
  expect(await shop.mutations()).toEqual(before);
});

/** What must appear nowhere, as only the stack's state can tell, opened by its passphrase. */
async function secretsOfStack(): Promise<string[]> {
  const all = await resourcesOf("--show-secrets");
  const opened = (type: string, property: string) => {
    const { outputs } = all.find((each) => each.type.endsWith(`:${type}`)) as Resource;
    return JSON.parse((outputs[property] as { plaintext: string }).plaintext) as string;
  };
  const { password } = new URL(opened("ManagedPostgres", "connectionString"));
  return ["planted-session-key", password, opened("DeployToken", "token").replace("FlyV1 ", "")];
}

test("no secret is in the state, in the output or on the local Fly's disk", async () => {
  const seen = [
    await shop.export(),
    await shop.ok("preview", "--diff", "--refresh"),
    JSON.stringify(await shop.send("GET", "/_local/world")),
  ];
  for (const secret of await secretsOfStack()) {
    expect(secret.length).toBeGreaterThan(15);
    for (const text of seen) expect(text).not.toContain(secret);
  }
});

test("what was changed by hand is named by refresh and preview, a stranger gets one warning, and up mends it", async () => {
  const all = await machines();
  const changed = slotOf(all, "web-lhr-1");
  const env = { ...changed.config.env, LOG_LEVEL: "debug" };
  await shop.send("POST", `/v1/apps/${app}/machines/${changed.id}`, { config: { ...changed.config, env } });
  const { metadata } = slotOf(all, "worker-iad-0").config;
  const extra = (await shop.send("POST", `/v1/apps/${app}/machines`, {
    region: "iad",
    config: { image: "copy", metadata },
  })) as Machine;
  const stranger = (await shop.send("POST", `/v1/apps/${app}/machines`, {
    region: "iad",
    config: { image: "console" },
  })) as Machine;
  await shop.send("POST", `/v1/apps/${app}/secrets`, { values: { SESSION_KEY: "by hand" } });

  const preview = await shop.ok("preview", "--refresh", "--diff");
  const refresh = await shop.ok("refresh", "--yes", "--skip-preview", "--diff");
  const after = await shop.ok("preview", "--diff");
  for (const output of [refresh, preview, after]) {
    expect(output).toMatch(/LOG_LEVEL/);
    expect(output).toContain(extra.id);
    expect(output).toMatch(/SESSION_KEY/);
    expect(output).not.toContain("cache-iad-0");
  }
  expect(refresh).toContain(`machine ${changed.id} (web/lhr-1) was changed at Fly: config.env.LOG_LEVEL`);
  expect(refresh.match(new RegExp(`machine ${stranger.id} is in app`, "g"))).toHaveLength(1);

  await up();
  const mended = await machines();
  expect(slotOf(mended, "web-lhr-1").config.env["LOG_LEVEL"]).toBe("info");
  const ids = mended.map(({ id }) => id);
  expect(ids).not.toContain(extra.id);
  expect(ids).toContain(stranger.id);
  await shop.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  await shop.ok("preview", "--expect-no-changes");
});

test("a host migration and an auto-grown volume leave the next up empty", async () => {
  const cache = slotOf(await machines(), "cache-iad-0");
  await shop.send("POST", "/_local/events", { kind: "host-migration", app, machine: cache.id });
  const grown = (await volumes()).find(({ id }) => id === slotOfVolume(cache)) ?? (await volumes())[0];
  await shop.send("POST", "/_local/events", { kind: "volume-grown", app, volume: grown?.id, sizeGb: 40 });
  const before = await shop.mutations();
  await shop.ok("preview", "--expect-no-changes");
  await shop.ok("up", "--yes", "--refresh");
  await shop.ok("preview", "--expect-no-changes");
  await shop.ok("up", "--yes");
  expect(await shop.mutations()).toEqual(before);
});

const slotOfVolume = ({ config }: Machine) => config.mounts?.[0]?.volume;

test("destroy leaves the database, the volumes and their app, and up works again on them", async () => {
  const ids = (await volumes()).map(({ id }) => id).sort();
  const output = await shop.ok("destroy", "--yes", "--skip-preview", "--exclude-protected");
  expect(output).toMatch(/protected/);
  const kept = (await resourcesOf()).filter(({ protect }) => protect);
  expect(kept.map(({ type }) => type.split(":").at(-1)).sort()).toEqual(["App", "ManagedPostgres", "Volume", "Volume"]);
  expect((await volumes()).map(({ id }) => id).sort()).toEqual(ids);
  expect((await machines()).map(({ config }) => config.image)).toEqual(["registry-1.docker.io/library/console:latest"]);
  await up();
  expect((await volumes()).map(({ id }) => id).sort()).toEqual(ids);
  expect(await machines()).toHaveLength(10);
  const again = (await resourcesOf()).filter(({ protect }) => protect);
  expect(again.map(({ id }) => id).sort()).toEqual(kept.map(({ id }) => id).sort());
});

test("unprotected, destroy leaves nothing", async () => {
  await shop.ok("state", "unprotect", "--all", "--yes");
  await shop.ok("destroy", "--yes", "--skip-preview");
  await shop.send("POST", "/_local/clock", { advanceMs: 120_000 });
  const { apps } = (await shop.send("GET", "/v1/apps?org_slug=local")) as { apps: unknown[] };
  expect(apps).toEqual([]);
  expect(await shop.send("GET", "/v1/postgres?org_slug=local")).toEqual({ data: [] });
});
