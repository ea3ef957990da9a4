import { expect, test, vi } from "vitest";
import { withFly } from "./drill-fly.ts";
import { refuses } from "./drill-run.ts";

vi.setConfig({ testTimeout: 90_000 });

const fly = withFly();
const app = "shop-db";

interface Machine {
  id: string;
  state: string;
  region: string;
}

/** Makes a cluster as flyctl does; the first machine is its primary. */
async function cluster(count: number, image = "flyio/postgres-flex:17"): Promise<string[]> {
  await fly.send("POST", "/v1/apps", { name: app, org_slug: "local" });
  const check = (path: string) => ({ type: "http", port: 5500, path, interval: "15s", timeout: "10s" });
  const config = { image, checks: { pg: check("/flycheck/pg"), role: check("/flycheck/role") } };
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const { id } = await fly.send<Machine>("POST", `/v1/apps/${app}/machines`, { region: "iad", config });
    ids.push(id);
  }
  await fly.pass(60_000);
  for (const [index, machine] of ids.entries()) await fly.happen(role(machine, index === 0 ? "primary" : "replica"));
  return ids;
}

const role = (machine: string, output: string) => ({
  kind: "check",
  app,
  machine,
  check: "role",
  status: "passing",
  output,
});

/** What repmgr does once the primary is gone, and when it comes back. */
function elects(old: string, next: string): void {
  const { hooks } = fly.emulator();
  hooks.after = async ({ operation }) => {
    if (operation === "Machines_stop") await fly.happen(role(next, "primary"));
    if (operation === "Machines_start") await fly.happen(role(old, "replica"));
    return undefined;
  };
}

const states = async () => (await fly.send<Machine[]>("GET", `/v1/apps/${app}/machines`)).map(({ state }) => state);

test("another machine becomes primary, and the old one comes back as its replica", async () => {
  const [first = "", second = ""] = await cluster(3);
  elects(first, second);
  const { code, out } = await fly.drill("failover", "--cluster", app, "--yes");
  expect(out).toMatch(
    /^\[PASS\] failover: the primary was stopped in iad, and \d+\.\d s later another in iad was primary; the old one came back as its replica\. No client was watched\n$/,
  );
  expect(code).toBe(0);
  expect(fly.recorded()).toMatchObject([{ drill: "failover", app, result: "passed" }]);
  expect(await states()).toEqual(["started", "started", "started"]);
});

test("where none takes over it has failed, and the primary is started again", async () => {
  await cluster(3);
  const { code, out } = await fly.drill("failover", "--cluster", app, "--yes", "--within", "2s");
  expect([code, out]).toEqual([
    1,
    expect.stringContaining("no other machine was primary 2.0 s after the primary in iad was stopped"),
  ]);
  expect(fly.recorded()).toMatchObject([{ result: "failed" }]);
  await fly.pass(60_000);
  expect(await states()).toEqual(["started", "started", "started"]);
});

test("an old primary that does not come back as a replica has failed it", async () => {
  const [first = "", second = ""] = await cluster(3);
  elects(second, second);
  const { code, out } = await fly.drill("failover", "--cluster", app, "--yes", "--within", "3s");
  expect([code, out]).toEqual([1, expect.stringContaining("started again, the old one was no replica within 3.0 s")]);
  expect(first).not.toBe("");
});

test("interrupted it starts the primary again, and records nothing", async () => {
  await cluster(3);
  const { code } = await fly.run(["failover", "--cluster", app, "--yes"], (child) => {
    child.stderr?.on("data", (text: string) => {
      if (String(text).includes("stopping")) setTimeout(() => child.kill("SIGINT"), 1500);
    });
  });
  expect(code).toBe(130);
  await fly.pass(60_000);
  expect(await states()).toEqual(["started", "started", "started"]);
  expect(fly.recorded()).toEqual([]);
});

test("two machines cannot elect, so nothing is stopped", async () => {
  await cluster(2);
  refuses(
    await fly.drill("failover", "--cluster", app, "--yes"),
    /2 healthy of 2 machines, and electing takes 3/,
    fly.recorded(),
  );
  expect(await states()).toEqual(["started", "started"]);
});

test("managed Postgres is refused with the reason, and never faked", async () => {
  const body = { org_slug: "local", name: "shop-managed", plan: "basic", region: "iad", disk_size_gb: 10 };
  await fly.send("POST", "/v1/postgres", body);
  const run = await fly.drill("failover", "--cluster", "shop-managed", "--yes");
  refuses(run, /is managed Postgres: Fly fails it over by itself and offers no call that starts it/, fly.recorded());
});

test("what is no Postgres is said in one line", async () => {
  refuses(await fly.drill("failover"), /name the Postgres app with --cluster/, fly.recorded());
  refuses(await fly.drill("failover", "--cluster", "none"), /no app and no managed cluster "none"/, fly.recorded());
  await fly.send("POST", "/v1/apps", { name: "web", org_slug: "local" });
  refuses(await fly.drill("failover", "--cluster", "web"), /no machine of app "web" runs Postgres/, fly.recorded());
});
