import { beforeEach, expect, test, vi } from "vitest";
import { withFly } from "./drill-fly.ts";
import { refuses, spellings } from "./drill-run.ts";

vi.setConfig({ testTimeout: 90_000 });

const fly = withFly();
const app = "shop";

interface Volume {
  id: string;
  name: string;
  state: string;
}

let volume: Volume;
let machine: { id: string };

beforeEach(async () => {
  await fly.send("POST", "/v1/apps", { name: app, org_slug: "local" });
  volume = await fly.send("POST", `/v1/apps/${app}/volumes`, { name: "data", region: "iad", size_gb: 3 });
  const config = { image: "redis:7", env: { KEY: planted }, mounts: [{ volume: volume.id, path: "/data" }] };
  machine = await fly.send("POST", `/v1/apps/${app}/machines`, { region: "iad", config });
  await fly.pass(60_000);
});

const planted = 'PLANTED/key+"in a restore"';
const backUp = async () => {
  await fly.send("POST", `/v1/apps/${app}/volumes/${volume.id}/snapshots`);
  await fly.pass(600_000);
};

/** What is there that was not before. */
async function left(): Promise<string[]> {
  const volumes = await fly.send<Volume[]>("GET", `/v1/apps/${app}/volumes`);
  const machines = await fly.send<Volume[]>("GET", `/v1/apps/${app}/machines`);
  const gone = ["destroyed", "destroying", "pending_destroy", "waiting_for_detach", "scheduling_destroy"];
  return [...volumes, ...machines]
    .filter(({ id, state }) => id !== volume.id && id !== machine.id && !gone.includes(state))
    .map(({ name, state }) => `${name} ${state}`);
}

test("a snapshot becomes a volume, which is compared and deleted", async () => {
  await backUp();
  const { code, out } = await fly.drill("restore", "--app", app);
  expect(out).toMatch(
    /^\[PASS\] restore: the snapshot of \d{4}-\d\d-\d\d \d\d:\d\d UTC of a volume in iad was a usable volume within \d\.\d s, of the same size \(3 GB\), region and encryption; its contents were not looked at\n$/,
  );
  expect(code).toBe(0);
  expect(fly.recorded()).toMatchObject([
    { drill: "restore", app, result: "passed", release: expect.stringMatching(/^vs_/) },
  ]);
  expect(await left()).toEqual([]);
});

test("a command looks at the contents in a machine that mounts them, and all of it is gone afterwards", async () => {
  await backUp();
  const command = "test -s /data/dump.rdb";
  await fly.happen({ kind: "command", command: `/bin/sh -c ${command}`, exitCode: 0, output: [planted] });
  const seen: unknown[] = [];
  fly.emulator().hooks.after = async (call) => {
    if (call.operation === "Machines_create") seen.push(call);
    return undefined;
  };
  const { code, out, err } = await fly.drill("restore", "--app", app, "--compare", command);
  expect([code, out]).toEqual([0, expect.stringContaining("the command that looks at its contents ended with 0")]);
  expect(seen).toHaveLength(1);
  expect(await left()).toEqual([]);
  for (const text of spellings(planted)) expect(out + err + JSON.stringify(fly.recorded())).not.toContain(text);
});

test("contents that are not right fail it, and nothing of it is left", async () => {
  await backUp();
  await fly.happen({ kind: "command", command: "/bin/sh -c test", exitCode: 1, output: [planted] });
  const { code, out, err } = await fly.drill("restore", "--app", app, "--compare", "test -s /data/dump.rdb");
  expect([code, out]).toEqual([1, expect.stringContaining("but the command that looks at its contents ended with 1")]);
  expect(fly.recorded()).toMatchObject([{ result: "failed" }]);
  expect(await left()).toEqual([]);
  for (const text of spellings(planted)) expect(out + err + JSON.stringify(fly.recorded())).not.toContain(text);
});

test("a volume without a snapshot fails it", async () => {
  const { code, out } = await fly.drill("restore", "--app", app);
  expect([code, out]).toEqual([1, expect.stringContaining(`volume ${volume.id} in iad has no snapshot that is whole`)]);
  expect(fly.recorded()).toMatchObject([{ app, result: "failed" }]);
});

test("a snapshot that Fly cannot restore fails it", async () => {
  await backUp();
  await fly.arm("Volumes_create", { kind: "status", status: 422, body: { error: "snapshot is damaged" } });
  const { code, out } = await fly.drill("restore", "--app", app);
  expect([code, out]).toEqual([1, expect.stringContaining("snapshot is damaged")]);
  expect(await left()).toEqual([]);
});

test("a volume whose answer was lost is deleted all the same", async () => {
  await backUp();
  await fly.arm("Volumes_create", { kind: "lose-response" });
  const { code, err } = await fly.drill("restore", "--app", app);
  expect([code, err]).toEqual([2, expect.stringContaining("not carried out")]);
  expect(await left()).toEqual([]);
  expect(fly.recorded()).toEqual([]);
});

test("interrupted while the command runs it leaves neither volume nor machine", async () => {
  await backUp();
  const { code } = await fly.run(["restore", "--app", app, "--compare", "sleep 1000"], (child) => {
    child.stderr?.on("data", (text: string) => {
      if (String(text).includes("running the command")) setTimeout(() => child.kill("SIGINT"), 1500);
    });
  });
  expect(code).toBe(130);
  expect(await left()).toEqual([]);
  expect(fly.recorded()).toEqual([]);
});

test("what there is nothing to restore of is said in one line", async () => {
  refuses(await fly.drill("restore"), /name the app with --app/, fly.recorded());
  refuses(await fly.drill("restore", "--app", "none"), /there is no app "none"/, fly.recorded());
  refuses(
    await fly.drill("restore", "--app", app, "--volume", "vol_x"),
    /has no volume vol_x; it has vol_/,
    fly.recorded(),
  );
  await fly.send("POST", "/v1/apps", { name: "bare", org_slug: "local" });
  refuses(
    await fly.drill("restore", "--app", "bare"),
    /has no volumes, so there is nothing to restore/,
    fly.recorded(),
  );
});
