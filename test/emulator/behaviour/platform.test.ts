import { expect } from "vitest";
import { behaviour } from "./behaviour.ts";

behaviour(145, async ({ caller }) => {
  const { status, body } = await caller.get("/v1/platform/regions");
  expect([status, Object.keys(body).sort()]).toEqual([200, ["Nearest", "Regions"]]);
  expect(body.Regions).toContainEqual(
    expect.objectContaining({ code: "iad", name: "Ashburn, Virginia (US)", deprecated: false, capacity: 1000 }),
  );
});

behaviour(146, async ({ caller }) => {
  await caller.event({ kind: "capacity", region: "iad", machines: 0 });
  await caller.event({ kind: "capacity", region: "lhr", machines: 2 });
  const place = async (wish: object) =>
    (await caller.post("/v1/platform/placements", { org_slug: "local", ...wish })).body;
  expect(await place({ region: "iad,lhr,ams", count: 3 })).toEqual({
    Regions: [
      { Region: "lhr", Count: 2, Concurrency: 2 },
      { Region: "ams", Count: 1, Concurrency: 1000 },
    ],
  });
  expect(await place({ region: "iad", count: 1 })).toEqual({ Regions: [] });
  const { Regions } = await place({});
  const codes = Regions.map(({ Region }: { Region: string }) => Region);
  expect([codes.includes("iad"), codes.length]).toEqual([false, 17]);
});

behaviour(149, async ({ caller }) => {
  await caller.post("/_local/switches", { windows: "on" });
  await caller.post("/v1/apps?wait=true", { name: "shop", org_slug: "local" });
  const { id } = await caller.machine("/v1/apps/shop");
  const ids = (machines: { id: string }[]) => machines.map((machine) => machine.id);
  expect(ids((await caller.get("/v1/apps/shop/machines")).body)).toEqual([id]);
  const before = Date.parse((await caller.get("/_local/health")).body.now);
  expect(ids((await caller.get("/v1/orgs/local/machines")).body.machines)).toEqual([]);
  expect(ids((await caller.get("/v1/orgs/local/machines")).body.machines)).toEqual([id]);
  expect(Date.parse((await caller.get("/_local/health")).body.now) - before).toBeGreaterThan(60_000);
});
