import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machine } from "../support/group.ts";
import { Workspace } from "../support/workspace.ts";

const app = "ledger-scaled-down";
let ledger: Workspace;

const program = (caches: number) => `
import { ProductionApp } from "airworthy";

const alive = { redis: { type: "tcp", port: 6379 } } as const;

export const { machineIds } = new ProductionApp("ledger", {
  appName: "${app}",
  image: "registry.fly.io/ledger@sha256:${"a".repeat(64)}",
  groups: {
    web: { regions: { iad: 1, lhr: 1 }, http: { port: 8080 } },
    cache: { regions: { iad: ${caches}, lhr: 1 }, checks: alive, volume: { path: "/data", sizeGb: 1 } },
  },
});
`;

beforeAll(async () => {
  ledger = await Workspace.of("examples/hello");
  ledger.write("index.ts", program(2));
  await ledger.ok("up", "--yes", "--skip-preview");
});
afterAll(() => ledger?.remove());

interface Volume {
  id: string;
  name: string;
  state: string;
  attached_machine_id: string | null;
}

const machines = () => ledger.send("GET", `/v1/apps/${app}/machines`) as Promise<Machine[]>;
const volumes = async () =>
  ((await ledger.send("GET", `/v1/apps/${app}/volumes`)) as Volume[]).filter(({ state }) => state === "created");
const versions = async () =>
  Object.fromEntries((await machines()).map(({ name, id, instance_id }) => [name, [id, instance_id]]));

test("a preview with fewer machines with volumes fails for the volume's protection and names the way", async () => {
  const before = await ledger.mutations();
  ledger.write("index.ts", program(1));
  const { code, output } = await ledger.pulumi(["preview"]);
  expect(code).not.toBe(0);
  expect(output).toMatch(/ledger-cache-iad-1.*cannot be deleted\s+because it is protected/s);
  expect(output).toMatch(/pulumi state unprotect/);
  expect((await ledger.pulumi(["up", "--yes"])).code).not.toBe(0);
  expect(await ledger.mutations()).toEqual(before);
});

test("unprotected, the machine is drained, its volume goes into a snapshot, and nothing else is touched", async () => {
  const before = await versions();
  const [gone] = (await volumes()).filter(({ name }) => name === "cache_iad_1");
  const calls = (await ledger.mutations()).length;
  const { resources } = JSON.parse(await ledger.export()).deployment as { resources: { urn: string; id: string }[] };
  const { urn = "" } = resources.find(({ id }) => id === gone?.id) ?? {};
  await ledger.ok("state", "unprotect", urn, "--yes");
  await ledger.ok("up", "--yes");
  const { "cache-iad-1": _, ...rest } = before;
  expect(await versions()).toEqual(rest);
  expect((await volumes()).map(({ name }) => name).sort()).toEqual(["cache_iad_0", "cache_lhr_0"]);
  const done = (await ledger.mutations()).slice(calls);
  const order = ["Machines_stop", "Machines_delete", "Volume_snapshots_create", "Volumes_delete"];
  expect(done.filter((one) => order.includes(one))).toEqual(order);
  const snapshots = (await ledger.send("GET", `/v1/apps/${app}/volumes/${gone?.id}/snapshots`)) as { status: string }[];
  expect(snapshots.map(({ status }) => status)).toContain("created");
  await ledger.ok("preview", "--expect-no-changes");
});

test("scaled up again the slot gets a new volume, which is protected like the others", async () => {
  ledger.write("index.ts", program(2));
  await ledger.ok("up", "--yes");
  expect((await volumes()).map(({ name }) => name).sort()).toEqual(["cache_iad_0", "cache_iad_1", "cache_lhr_0"]);
  const { resources } = JSON.parse(await ledger.export()).deployment as {
    resources: { type: string; protect?: boolean }[];
  };
  const guarded = resources.filter(({ type }) => type.endsWith(":Volume")).map(({ protect }) => protect);
  expect(guarded).toEqual([true, true, true]);
});
