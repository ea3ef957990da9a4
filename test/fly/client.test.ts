import { createServer } from "node:http";
import { describe, expect, test } from "vitest";
import { FlyClient } from "../../fly/client.ts";
import type { FlyErrorKind } from "../../fly/errors.ts";
import { machineCreate, machineFind, machineUpdate } from "../../fly/machine.ts";
import { secretsUpdate } from "../../fly/secret.ts";
import { volumeCreate, volumeExtend } from "../../fly/volume.ts";
import { type Answer, breaksOff, closedPort, flyServer, hangsUp, says, staysSilent } from "./fly-server.ts";

const volume = { id: "vol_1", name: "data", state: "created", region: "iad", size_gb: 10 };
const machine = { id: "m1", state: "started", region: "iad", instance_id: "01", config: {} };
const volumeBody = {
  name: "data",
  region: "iad",
  size_gb: 10,
  encrypted: true,
  snapshot_retention: 14,
  auto_backup_enabled: true,
  require_unique_zone: true,
};
const createVolume = (fly: FlyClient) => volumeCreate(fly, "shop", volumeBody);
const readMachine = (fly: FlyClient) => machineFind(fly, "shop", "m1");
const failsAs = (kind: FlyErrorKind) => expect.objectContaining({ name: "FlyError", kind });

describe.concurrent("a create", () => {
  const lost: [string, Answer][] = [
    ["answer is lost", hangsUp],
    ["answer breaks off", breaksOff],
    ["answer is a 500", says(500, { error: "boom" })],
    ["answer is a 502", says(502, "<html>bad gateway</html>")],
    ["answer is a 503", says(503)],
    ["answer is a 504", says(504)],
    ["answer is a 408", says(408, { error: "deadline_exceeded: too slow" })],
    ["200 is not JSON", says(200, "<html>")],
    ["200 is empty", says(200, "")],
    ["200 lacks what is needed", says(200, { name: "data" })],
  ];
  test.each(lost)("whose %s is uncertain, and is sent once", async (_, answer) => {
    await using server = await flyServer([answer]);
    await expect(createVolume(server.client())).rejects.toEqual(failsAs("uncertain"));
    expect(server.arrivals).toHaveLength(1);
  });

  test.each([
    ["of a machine", (fly: FlyClient) => machineCreate(fly, "shop", { name: "x", region: "iad", config: {} })],
    ["that is an update of a machine", (fly: FlyClient) => machineUpdate(fly, "shop", "m1", { config: {} }, "nonce")],
  ])("%s is not sent twice either", async (_, act) => {
    await using server = await flyServer([hangsUp]);
    await expect(act(server.client())).rejects.toEqual(failsAs("uncertain"));
    expect(server.arrivals).toHaveLength(1);
  });

  test("that Fly refused is a refusal, not an uncertainty", async () => {
    await using server = await flyServer([says(422, { error: "Validation failed: Size is too big" })]);
    await expect(createVolume(server.client())).rejects.toEqual(failsAs("invalid"));
  });

  test("to which nothing answers the connection is sent again once something listens", async () => {
    const port = await closedPort();
    const fly = new FlyClient({ flapsUrl: `http://127.0.0.1:${port}`, token: "t", rateLimits: false });
    const creating = createVolume(fly);
    const server = createServer((_, response) => void response.end(JSON.stringify(volume)));
    await new Promise<void>((resolve) => setTimeout(() => server.listen(port, "127.0.0.1", resolve), 150));
    await expect(creating).resolves.toMatchObject({ id: "vol_1" });
    await fly.close();
    server.close();
  });

  test("to which nothing ever answers the connection is unreachable, hence certainly not made", async () => {
    const fly = new FlyClient({ flapsUrl: `http://127.0.0.1:${await closedPort()}`, token: "t", rateLimits: false });
    await expect(createVolume(fly)).rejects.toEqual(failsAs("unreachable"));
    await fly.close();
  });

  test("to a host that does not exist is unreachable", async () => {
    const fly = new FlyClient({ flapsUrl: "http://nowhere.invalid", token: "t", rateLimits: false });
    await expect(createVolume(fly)).rejects.toEqual(failsAs("unreachable"));
    await fly.close();
  });
});

describe.concurrent("a read", () => {
  test.each([
    ["is lost", hangsUp],
    ["is a 500", says(500)],
    ["is a 502", says(502)],
    ["is a 503", says(503)],
    ["is a 504", says(504)],
    ["is a 429", says(429)],
  ])("whose answer %s is asked again", async (_, answer) => {
    await using server = await flyServer([answer, says(200, machine)]);
    await expect(readMachine(server.client())).resolves.toMatchObject({ id: "m1" });
    expect(server.arrivals).toHaveLength(2);
  });

  test("whose answer breaks off is asked for whole again, since Fly serves no ranges", async () => {
    await using server = await flyServer([breaksOff, says(200, machine)]);
    await expect(readMachine(server.client())).resolves.toMatchObject({ id: "m1" });
    expect(server.arrivals.at(-1)?.headers.range).toBeUndefined();
  });

  test("that keeps failing ends after five attempts with what Fly said", async () => {
    await using server = await flyServer([says(503, { error: "try later" })]);
    const reading = readMachine(server.client());
    await expect(reading).rejects.toEqual(failsAs("server"));
    await expect(reading).rejects.toThrow(/read machine m1 of app "shop": Fly answered 503: try later/);
    expect(server.arrivals).toHaveLength(5);
  });

  test("with an unreadable 200 is a failure of Fly's", async () => {
    await using server = await flyServer([says(200, "<html>")]);
    await expect(readMachine(server.client())).rejects.toEqual(failsAs("server"));
  });

  test("takes fields it does not know, null where a list belongs, and states that are new", async () => {
    await using server = await flyServer([says(200, { ...machine, state: "hovering", checks: null, shiny: { a: 1 } })]);
    await expect(readMachine(server.client())).resolves.toMatchObject({ state: "hovering", checks: null });
  });
});

test("a change that ends in the same state however often it is made is sent again", async () => {
  await using server = await flyServer([hangsUp, says(200, { volume })]);
  await volumeExtend(server.client(), "shop", "vol_1", 20);
  expect(server.arrivals.map(({ body }) => body)).toEqual(['{"size_gb":20}', '{"size_gb":20}']);
});

describe.concurrent("a 429", () => {
  test("is sent again after the time in Retry-After, also for a create", async () => {
    await using server = await flyServer([says(429, "", { "retry-after": "1" }), says(200, volume)]);
    await createVolume(server.client());
    const [first, second] = server.arrivals;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
  });

  test("without Retry-After is sent again all the same", async () => {
    await using server = await flyServer([says(429, { error: "rate limit exceeded" }), says(200, volume)]);
    await expect(createVolume(server.client())).resolves.toMatchObject({ id: "vol_1" });
  });

  test("that never ends is told as such", async () => {
    await using server = await flyServer([says(429, { error: "rate limit exceeded" })]);
    await expect(createVolume(server.client())).rejects.toEqual(failsAs("rate-limited"));
    expect(server.arrivals).toHaveLength(5);
  });
});

describe("a run that was cancelled", () => {
  test("ends the call that is under way", async () => {
    const stop = new AbortController();
    await using server = await flyServer([staysSilent]);
    const reading = readMachine(server.client({ signal: stop.signal }));
    await expect.poll(() => server.arrivals.length).toBe(1);
    stop.abort();
    await expect(reading).rejects.toEqual(failsAs("cancelled"));
  });

  test("sends nothing more", async () => {
    await using server = await flyServer([says(200, machine)]);
    await expect(readMachine(server.client({ signal: AbortSignal.abort() }))).rejects.toEqual(failsAs("cancelled"));
    expect(server.arrivals).toHaveLength(0);
  });

  test("does not wait for its turn", async () => {
    const stop = new AbortController();
    await using server = await flyServer([says(200, volume)]);
    const fly = server.client({ signal: stop.signal, rateLimits: true });
    const creating = Promise.allSettled(Array.from({ length: 30 }, () => createVolume(fly)));
    await expect.poll(() => server.arrivals.length).toBe(3);
    stop.abort();
    const started = performance.now();
    await creating;
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(server.arrivals.length).toBeLessThan(6);
  });

  test("can still say what must be said, by the same connections", async () => {
    await using server = await flyServer([says(200, machine)]);
    const fly = server.client({ signal: AbortSignal.abort() });
    await expect(readMachine(fly.withSignal(undefined))).resolves.toMatchObject({ id: "m1" });
  });
});

test("what is put into a call reaches Fly: nonce, query, body and both spellings of the base address", async () => {
  await using server = await flyServer([says(200, machine)]);
  const fly = server.client({ flapsUrl: `${server.url}/v1/` });
  await machineUpdate(fly, "shop", "m1", { config: { image: "x" } }, "abc");
  expect(server.arrivals).toMatchObject([
    { method: "POST", path: "/v1/apps/shop/machines/m1", headers: { "fly-machine-lease-nonce": "abc" } },
  ]);
  expect(JSON.parse(server.arrivals[0]?.body ?? "")).toEqual({ config: { image: "x" } });
});

test("an address that is none is told as such, and never as something that may have happened", async () => {
  await using server = await flyServer([]);
  await expect(createVolume(server.client({ flapsUrl: "nonsense" }))).rejects.toEqual(failsAs("invalid"));
  expect(await secretsUpdate(server.client(), "shop", { A: "1" }).catch(({ kind }) => kind)).toBe("not-found");
});
