import { request } from "node:http";
import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const anonymous = (path: string, init?: RequestInit) => fetch(local.fly.url + path, init);

test("a region says where it is, whether Postgres is there, and whether it is retired", async () => {
  const reply = await anonymous("/v1/platform/regions");
  const body = (await reply.json()) as { Regions: { code: string; capacity: number }[]; Nearest: string };
  expect(body.Regions.find(({ code }) => code === "fra")).toMatchObject({ geo_region: "europe", mpg_available: true });
  expect(body.Nearest).toBe("iad");
  expect(body.Regions.find(({ code }) => code === "mia")).toMatchObject({ deprecated: true });
});

test("a body above 1 MiB is refused", async () => {
  expect((await local.caller.post("/v1/apps", { name: "x".repeat(1024 ** 2) })).status).toBe(413);
});

test("133 (documented): the token tells its organisation", async () => {
  const { body } = await local.caller.get("/v1/tokens/current");
  expect(body.tokens).toMatchObject([{ org_slug: "local" }]);
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
