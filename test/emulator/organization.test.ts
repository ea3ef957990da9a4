import { expect, test } from "vitest";
import { Caller, withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const names = (rows: { name: string }[]) => rows.map(({ name }) => name);
const machines = async (query = "") => (await local.caller.get(`/v1/orgs/local/machines${query}`)).body;
const volumes = async (query = "") => (await local.caller.get(`/v1/orgs/local/volumes${query}`)).body;

/** Machines a, b and c, each made a second after the one before, in two apps and two regions. */
async function three(): Promise<string[]> {
  const paths = [];
  for (const [app, name, region] of [
    ["shop", "a", "iad"],
    ["bank", "b", "lhr"],
    ["bank", "c", "iad"],
  ] as const) {
    if (name !== "c") await local.caller.app(app);
    paths.push((await local.caller.machine(`/v1/apps/${app}`, { name, region }, "started")).path);
    await local.caller.pass(1000);
  }
  return paths;
}

test("an organisation's machines are listed over its apps, the oldest change first, with little of their config", async () => {
  const [a] = await three();
  const { machines: rows, error_regions, next_cursor } = await machines();
  expect([names(rows), error_regions, next_cursor]).toEqual([["a", "b", "c"], [], ""]);
  expect(rows[0]).toMatchObject({ app_name: "shop", config: { guest: { cpus: 1 }, metadata: {} } });
  expect(Object.keys(rows[0].config).sort()).toEqual(["guest", "image", "metadata"]);
  expect((await machines("?summary=true")).machines[0]).not.toHaveProperty("config");
  await local.caller.post(`${a}/stop`);
  expect(names((await machines()).machines)).toEqual(["b", "c", "a"]);
});

test("a list goes by region, by states, by the time of the change, and has what is gone where asked for", async () => {
  const [a] = await three();
  const [, second] = (await machines()).machines;
  expect(names((await machines("?region=iad")).machines)).toEqual(["a", "c"]);
  expect(names((await machines(`?updated_after=${second.updated_at}`)).machines)).toEqual(["c"]);
  await local.caller.delete(`${a}?force=true`);
  await local.caller.get(`${a}/wait?state=destroyed`);
  expect(names((await machines()).machines)).toEqual(["b", "c"]);
  expect(names((await machines("?include_deleted=true&state=destroyed,failed")).machines)).toEqual(["a"]);
  expect((await local.caller.get("/v1/orgs/local/machines?updated_after=today")).status).toBe(400);
});

test("pages follow one another, each machine on one of them", async () => {
  await three();
  const first = await machines("?limit=2");
  expect([names(first.machines), first.last_machine_id]).toEqual([["a", "b"], first.machines[1].id]);
  const second = await machines(`?limit=2&cursor=${first.next_cursor}`);
  expect([names(second.machines), second.next_cursor]).toEqual([["c"], ""]);
  expect((await local.caller.get("/v1/orgs/local/machines?limit=0")).status).toBe(400);
});

test("an organisation's volumes say when they last changed", async () => {
  const app = await local.caller.app();
  const first = await local.caller.volume(app);
  await local.caller.pass(1000);
  await local.caller.volume(app, { name: "other" });
  const all = await volumes();
  expect(names(all.volumes)).toEqual(["data", "other"]);
  expect(all.volumes[0]).toMatchObject({ app_name: "shop", size_gb: 1, blocks: expect.any(Number) });
  await local.caller.pass(1000);
  await local.caller.put(`${first.path}/extend`, { size_gb: 2 });
  expect(names((await volumes(`?updated_after=${all.last_updated_at}`)).volumes)).toEqual(["data"]);
  expect((await volumes("?summary=true")).volumes[0]).not.toHaveProperty("blocks");
});

test("another organisation's lists are 403, and an app's own token is shown its own app only", async () => {
  await three();
  expect((await local.caller.get("/v1/orgs/acme/machines")).status).toBe(403);
  expect((await local.caller.get("/v1/orgs/acme/volumes")).status).toBe(403);
  const { token } = (await local.caller.event({ kind: "token", app: "shop" })).body;
  const holder = new Caller({ url: local.fly.url, token });
  expect(names((await holder.get("/v1/orgs/local/machines")).body.machines)).toEqual(["a"]);
  expect(names((await local.caller.get("/v1/orgs/personal/machines")).body.machines)).toEqual(["a", "b", "c"]);
});
