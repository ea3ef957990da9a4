import { describe, expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { Engine, secret } from "../support/engine.ts";
import { journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

describe.each(["instant", "strange"] as const)("on a Fly of profile %s", (profile) => {
  const local = withLocalFly({ profile });

  test("a cluster and what is in it are imported, show no change, and do not drift", async () => {
    const { fly } = local;
    const cluster = { org_slug: "local", name: "shop", plan: "starter", region: "lhr", disk_size_gb: 30 };
    const made = (await send(fly, "POST", "/v1/postgres", cluster)) as { data: { id: string } };
    const { id } = made.data;
    const path = `/v1/postgres/${id}`;
    for (let reads = 0; reads < 3; reads++) await send(fly, "GET", path);
    await send(fly, "POST", "/v1/apps", { name: "shop", org_slug: "local" });
    await send(fly, "POST", `${path}/databases`, { name: "orders" });
    await send(fly, "POST", `${path}/users`, { username: "reports", role: "reader" });
    await send(fly, "POST", `${path}/attachments`, { app_name: "shop" });
    const programs: [type: string, id: string, args: Properties][] = [
      ["ManagedPostgres", id, { name: "shop", region: "lhr", plan: "starter", diskSizeGb: 30, version: "16" }],
      ["ManagedPostgresDatabase", `${id}/orders`, { cluster: id, name: "orders" }],
      ["ManagedPostgresUser", `${id}/reports`, { cluster: id, username: "reports", role: "reader" }],
      ["ManagedPostgresAttachment", `${id}/shop`, { cluster: id, app: "shop" }],
    ];
    const engine = await Engine.start({ flapsUrl: fly.url, token: secret(fly.token) });
    const since = await journalEnd(fly);
    for (const [type, known, args] of programs) {
      const imported = await engine.read(type, "adopted", known);
      if (imported === undefined) throw new Error(`${type} was not found`);
      expect(imported.id).toBe(known);
      expect(await engine.diff(imported, imported.inputs), type).toEqual({});
      expect(await engine.diff(imported, args), type).toEqual({});
      expect((await engine.refresh(imported))?.drift, type).toEqual({});
    }
    expect(await mutations(fly, since)).toEqual([]);
  });

  test("made here they do not drift either, and a second up changes nothing", async () => {
    const { engine, fly } = local;
    await engine.create("App", "own", { name: "own" });
    const args = { name: "own", region: "iad", plan: "basic", diskSizeGb: 10 };
    const { id, ...cluster } = await engine.create("ManagedPostgres", "own", args);
    const states = [
      { id, ...cluster },
      await engine.create("ManagedPostgresDatabase", "own", { cluster: id, name: "orders" }),
      await engine.create("ManagedPostgresUser", "own", { cluster: id, username: "own", role: "writer" }),
      await engine.create("ManagedPostgresAttachment", "own", { cluster: id, app: "own" }),
    ];
    const since = await journalEnd(fly);
    for (const state of states) {
      expect((await engine.refresh(state))?.drift, state.type).toEqual({});
      expect(await engine.diff(state, state.inputs), state.type).toEqual({});
    }
    expect(await mutations(fly, since)).toEqual([]);
  });
});
