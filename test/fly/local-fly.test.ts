import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { appCreate, appDelete, appFind } from "../../fly/app.ts";
import { FlyClient } from "../../fly/client.ts";
import { secretDigests, secretsUpdate } from "../../fly/secret.ts";
import { organisationOf } from "../../fly/token.ts";
import { volumeCreate, volumeList } from "../../fly/volume.ts";

let local: Emulator;
let fly: FlyClient;

beforeAll(async () => {
  local = await startEmulator({ checksAnswers: true });
});
afterAll(() => local.close());

afterEach(() => fly.close());

beforeEach(async () => {
  local.world.reset();
  local.faults.clear();
  fly = new FlyClient({ flapsUrl: local.url, token: local.token, rateLimits: false });
  await createApp();
});

const createApp = () => appCreate(fly, { name: "shop", org_slug: "local", idempotency_key: "key-1" });
const createVolume = () =>
  volumeCreate(fly, "shop", {
    name: "data",
    region: "iad",
    size_gb: 10,
    encrypted: true,
    snapshot_retention: 14,
    auto_backup_enabled: true,
    require_unique_zone: true,
  });

test("a lost answer to a create leaves one volume, not two, and says that it may have been made", async () => {
  local.faults.arm({ operation: "Volumes_create", kind: "lose-response" });
  await expect(createVolume()).rejects.toMatchObject({ kind: "uncertain" });
  await expect(volumeList(fly, "shop")).resolves.toHaveLength(1);
});

test("a create that Fly failed to take leaves none, and says no more than that nobody knows", async () => {
  local.faults.arm({ operation: "Volumes_create", kind: "status", status: 503 });
  await expect(createVolume()).rejects.toMatchObject({ kind: "uncertain", status: 503 });
  await expect(volumeList(fly, "shop")).resolves.toHaveLength(0);
});

test("lost answers to reads and to setting secrets are asked for again", async () => {
  local.faults.arm({ operation: "Secrets_update", kind: "lose-response", times: 2 });
  await secretsUpdate(fly, "shop", { KEY: "value-1" });
  local.faults.arm({ operation: "Secrets_list", kind: "lose-response", times: 2 });
  await expect(secretDigests(fly, "shop")).resolves.toEqual({ KEY: expect.any(String) });
  expect(local.faults.unspent()).toEqual([]);
});

test("an app whose deletion was answered into the void is gone, and deleting it again is no error", async () => {
  local.faults.arm({ operation: "Apps_delete", kind: "lose-response" });
  await appDelete(fly, "shop");
  // Fly shows a deleted app for a while.
  local.clock.advance(60_000);
  await expect(appFind(fly, "shop")).resolves.toBeUndefined();
  await appDelete(fly, "shop");
});

test("a 404 of an app is no proof for a token that Fly does not accept", async () => {
  const stranger = new FlyClient({ flapsUrl: local.url, token: "not-the-token", rateLimits: false });
  await expect(appFind(stranger, "elsewhere")).rejects.toMatchObject({ kind: "unauthorized" });
});

test("a taken name says that the app may be somebody else's", async () => {
  const taking = appCreate(fly, { name: "shop", org_slug: "local", idempotency_key: "key-2" });
  await expect(taking).rejects.toMatchObject({ kind: "name-taken" });
  await expect(taking).rejects.toThrow(/Choose another name/);
});

test("the organisation is learnt from the token", async () => {
  await expect(organisationOf(fly)).resolves.toBe("local");
});

test("calls that Fly refuses for coming too fast get through in the end", async () => {
  const strict = await startEmulator({ profile: "fly", checksAnswers: true });
  const hasty = new FlyClient({ flapsUrl: strict.url, token: strict.token, rateLimits: false });
  await Promise.all(Array.from({ length: 4 }, () => organisationOf(hasty)));
  expect(strict.journal.entries(0).map(({ status }) => status)).toContain(429);
  await hasty.close();
  await strict.close();
});
