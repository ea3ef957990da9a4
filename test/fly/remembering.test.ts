import { expect, test, vi } from "vitest";
import { volumeCreate, volumeList } from "../../fly/volume.ts";
import { flyServer, says } from "./fly-server.ts";

const body = { region: "iad", size_gb: 1, encrypted: true, snapshot_retention: 14, auto_backup_enabled: true };
const volume = { id: "vol_1", name: "data", state: "created", region: "iad", size_gb: 1 };
const routes = {
  "GET /v1/apps/shop/volumes": says(200, [volume]),
  "POST /v1/apps/shop/volumes": says(200, volume),
};

test("a client that remembers asks the same question once, also while the answer is under way", async () => {
  await using server = await flyServer(routes);
  const fly = server.client().remembering();
  const lists = await Promise.all([1, 2, 3].map(() => volumeList(fly, "shop")));
  await volumeList(fly, "shop");
  expect(lists.map((list) => list?.length)).toEqual([1, 1, 1]);
  expect(server.arrivals).toHaveLength(1);
});

test("after a change by any client of the same connections it asks again", async () => {
  await using server = await flyServer(routes);
  const fly = server.client();
  const remembering = fly.remembering();
  await volumeList(remembering, "shop");
  await volumeCreate(fly, "shop", { ...body, name: "data", require_unique_zone: true });
  await volumeList(remembering, "shop");
  expect(server.arrivals.map(({ method }) => method)).toEqual(["GET", "POST", "GET"]);
});

test("what failed is not remembered, and a client that does not remember asks each time", async () => {
  await using server = await flyServer([says(400, { error: "no" }), says(200, [volume])]);
  const fly = server.client();
  const remembering = fly.remembering();
  await expect(volumeList(remembering, "shop")).rejects.toThrow();
  await volumeList(remembering, "shop");
  await volumeList(fly, "shop");
  await volumeList(fly, "shop");
  expect(server.arrivals).toHaveLength(4);
});

test("what was answered a minute ago is asked again", async () => {
  await using server = await flyServer(routes);
  const remembering = server.client().remembering();
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    await volumeList(remembering, "shop");
    vi.advanceTimersByTime(60_000);
    await volumeList(remembering, "shop");
  } finally {
    vi.useRealTimers();
  }
  expect(server.arrivals).toHaveLength(2);
});
