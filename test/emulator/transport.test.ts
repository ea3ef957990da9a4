import { request } from "node:http";
import { expect, test } from "vitest";
import { routes } from "../../emulator/routes.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const anonymous = (path: string, init?: RequestInit) => fetch(local.fly.url + path, init);

test.each([
  ["1 (observed): no token", undefined],
  ["2 (observed): a junk Bearer token", "Bearer junk"],
  ["3 (observed): a junk FlyV1 token", "FlyV1 junk"],
])("%s is 401 with flaps' words", async (_, authorization) => {
  const reply = await anonymous("/v1/apps?org_slug=local", { headers: authorization ? { authorization } : {} });
  expect([reply.status, await reply.json()]).toEqual([401, { error: "Authenticate: token validation error" }]);
});

test.each(["Bearer", "FlyV1", "FlyV1 Bearer"])("4: the token is taken as %s", async (scheme) => {
  const headers = { authorization: `${scheme} ${local.fly.token}` };
  expect((await anonymous("/v1/apps?org_slug=local", { headers })).status).toBe(200);
});

test("143 (observed): ip_assignments and certificates refuse a token in other words", async () => {
  const reply = await anonymous("/v1/apps/x/ip_assignments");
  expect([reply.status, await reply.json()]).toEqual([401, { message: "Unauthorized" }]);
});

test("144 (observed): postgres without a token is 404", async () => {
  const reply = await anonymous("/v1/postgres");
  expect([reply.status, await reply.json()]).toEqual([404, { error: "Organization not found" }]);
});

test.each([
  ["5", "GET", "/v1/nope"],
  ["6", "PUT", "/v1/apps"],
  ["107", "DELETE", "/v1/apps/a/volumes/vol_1/snapshots/vs_1"],
  ["25", "PATCH", "/v1/apps/a"],
])("%s (observed): an unrouted %s %s is plain 404 before any token is asked for", async (_, method, path) => {
  const reply = await anonymous(path, { method });
  expect([reply.status, await reply.text()]).toEqual([404, "404 page not found"]);
  expect(reply.headers.get("content-type")).toContain("text/plain");
});

test("7 and 17 (observed): another organisation's app is 403, a free name 404", async () => {
  await local.caller.event({ kind: "foreign-app", name: "theirs", org: "acme" });
  expect(await local.caller.get("/v1/apps/theirs")).toMatchObject({ status: 403, body: { error: "unauthorized" } });
  expect((await local.caller.get("/v1/apps/theirs/machines")).status).toBe(403);
  expect((await local.caller.get("/v1/apps/nobodys")).status).toBe(404);
});

test("8 and 145 (observed): regions need no token and have capital keys", async () => {
  const reply = await anonymous("/v1/platform/regions");
  const body = (await reply.json()) as { Regions: { code: string; capacity: number }[]; Nearest: string };
  expect(body.Regions.find(({ code }) => code === "fra")).toMatchObject({ geo_region: "europe", mpg_available: true });
  expect(body.Nearest).toBe("iad");
  expect(body.Regions.find(({ code }) => code === "mia")).toMatchObject({ deprecated: true });
});

test("9 (observed): every answer carries fly-request-id", async () => {
  for (const path of ["/v1/nope", "/v1/apps", "/v1/platform/regions"]) {
    expect((await anonymous(path)).headers.get("fly-request-id")).toMatch(/^[0-9A-Z]{26}-[a-z]{3}$/);
  }
});

test("10 and 11: unknown fields are ignored, malformed JSON is 400", async () => {
  const { caller } = local;
  expect((await caller.post("/v1/apps", { name: "a", org_slug: "local", colour: "red" })).status).toBe(201);
  expect((await caller.post("/v1/apps", '{"name":')).status).toBe(400);
  expect((await caller.post("/v1/apps", "[1]")).status).toBe(400);
});

test("a body above 1 MiB is refused", async () => {
  expect((await local.caller.post("/v1/apps", { name: "x".repeat(1024 ** 2) })).status).toBe(413);
});

test("133 (documented): the token tells its organisation", async () => {
  const { body } = await local.caller.get("/v1/tokens/current");
  expect(body.tokens).toMatchObject([{ org_slug: "local" }]);
});

test("what is not emulated is 501 and says which operation, and leaves nothing", async () => {
  const app = await local.caller.app();
  expect(await local.caller.get(`${app}/secretkeys`)).toMatchObject({
    status: 501,
    body: { error: "Secretkeys_list is not emulated by the local Fly" },
  });
  expect(routes.filter(({ handler }) => handler === "not-emulated").length).toBeGreaterThan(20);
});

/** `fetch` may not set Host. */
const statusOf = (headers: Record<string, string>) =>
  new Promise<number | undefined>((resolve, reject) => {
    const { hostname, port } = new URL(local.fly.url);
    const call = request({ hostname, port, path: "/_local/health", headers }, (reply) => {
      reply.resume();
      resolve(reply.statusCode);
    });
    call.on("error", reject).end();
  });

test("a foreign Host or any Origin is refused, also where no token is needed", async () => {
  const { port } = new URL(local.fly.url);
  expect(await statusOf({ host: `127.0.0.1:${port}` })).toBe(200);
  expect(await statusOf({ host: `localhost:${port}` })).toBe(200);
  expect(await statusOf({ host: `evil.example:${port}` })).toBe(403);
  expect(await statusOf({ host: "127.0.0.1" })).toBe(403);
  expect(await statusOf({ host: `127.0.0.1:${port}`, origin: `http://127.0.0.1:${port}` })).toBe(403);
  expect(await statusOf({ host: `127.0.0.1:${port}`, origin: "null" })).toBe(403);
});

test("every control call but health needs the token", async () => {
  for (const [method, path] of [
    ["GET", "world"],
    ["GET", "journal"],
    ["POST", "reset"],
    ["GET", "faults"],
    ["POST", "clock"],
    ["POST", "events"],
  ]) {
    expect((await anonymous(`/_local/${path}`, { method: method ?? "" })).status).toBe(401);
  }
});

test("the status page says what it was told", async () => {
  const indicator = async (path: string) => ((await (await anonymous(path)).json()) as { status: object }).status;
  expect(await indicator("/status.json")).toMatchObject({ indicator: "none" });
  await local.caller.event({ kind: "status-page", indicator: "major", incidents: [{ id: "1", name: "fra is down" }] });
  expect(await indicator("/api/v2/status.json")).toMatchObject({ indicator: "major" });
  expect((await local.caller.get("/v1/incidents")).body).toEqual({ incidents: [{ id: "1", name: "fra is down" }] });
});
