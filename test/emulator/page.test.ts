import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const names = (rows: { name: string }[]) => rows.map(({ name }) => name);

test.each(["machines", "volumes"])(
  "%s of an app go by pages, also when what the cursor names is gone",
  async (kind) => {
    const app = await local.caller.app();
    for (const name of ["a", "b", "c"]) {
      if (kind === "machines") await local.caller.machine(app, { name }, "started");
      else await local.caller.volume(app, { name });
    }
    const list = (query: string) => local.caller.get(`${app}/${kind}?limit=2${query}`);
    const first = await list("");
    expect(names(first.body)).toEqual(["a", "b"]);
    const cursor = first.headers.get("fly-next-cursor");
    await local.caller.delete(`${app}/${kind}/${first.body[1].id}?force=true`);
    await local.caller.pass(10_000);
    const second = await list(`&cursor=${cursor}`);
    expect([names(second.body), second.headers.get("fly-next-cursor")]).toEqual([["c"], null]);
    for (const query of ["limit=0", "limit=1001", "limit=x", "cursor=none"]) {
      expect((await local.caller.get(`${app}/${kind}?${query}`)).status).toBe(400);
    }
  },
);

test("a summary leaves out what is long, and says the rest as the whole does", async () => {
  const app = await local.caller.app();
  await local.caller.machine(app, {}, "started");
  await local.caller.volume(app);
  for (const [kind, long] of [
    ["machines", ["config", "checks", "events", "host_status", "image_ref"]],
    ["volumes", ["blocks", "block_size", "bytes_used"]],
  ] as const) {
    const [whole] = (await local.caller.get(`${app}/${kind}`)).body;
    const [summary] = (await local.caller.get(`${app}/${kind}?summary=true`)).body;
    expect(whole).toMatchObject(summary);
    for (const field of long) expect(summary).not.toHaveProperty(field);
  }
});

test("apps go by pages and by role, and are counted over all pages", async () => {
  for (const [name, app_role_id] of [["a"], ["db", "postgres_cluster"], ["c"]]) {
    await local.caller.post("/v1/apps", { name, org_slug: "local", app_role_id });
  }
  const list = async (query: string) => (await local.caller.get(`/v1/apps?org_slug=local${query}`)).body;
  const first = await list("&limit=2");
  expect([names(first.apps), first.total_apps]).toEqual([["a", "db"], 3]);
  const second = await list(`&limit=2&cursor=${first.next_cursor}`);
  expect([names(second.apps), second.total_apps, second.next_cursor]).toEqual([["c"], 3, undefined]);
  expect(names((await list("&app_role=postgres_cluster")).apps)).toEqual(["db"]);
});
