import { expect, test } from "vitest";
import { Caller, withLocalFly } from "./local-fly.ts";

// What flyctl asks of Fly's web API beside GraphQL, and how its tokens have to be spelled, as raw HTTP.

const local = withLocalFly();
const clusters = "/api/v1/organizations/local/postgres";

const cluster = async (name: string): Promise<string> => {
  const wish = { org_slug: "local", name, plan: "basic", region: "fra" };
  return (await local.caller.post("/v1/postgres", wish)).body.data.id;
};

test("mpg list: clusters that are, and apart from them those that are gone", async () => {
  const [kept, gone] = [await cluster("kept"), await cluster("gone")];
  await local.caller.pass(60_000);
  await local.caller.delete(`/v1/postgres/${gone}`);
  await local.caller.pass(60_000);
  const listed = async (path: string) => (await local.caller.get(path)).body.data;
  expect(await listed(clusters)).toMatchObject([
    { id: kept, name: "kept", region: "fra", status: "ready", plan: "basic", attached_apps: [] },
  ]);
  expect(await listed(`${clusters}/deleted`)).toMatchObject([{ id: gone, status: "deleted" }]);
});

test("mpg list: another organisation and an app's token are shown no clusters", async () => {
  await cluster("kept");
  expect((await local.caller.get("/api/v1/organizations/acme/postgres")).status).toBe(404);
  await local.caller.app("shop");
  const { token } = (await local.caller.event({ kind: "token", app: "shop" })).body;
  expect((await new Caller({ url: local.fly.url, token }).get(clusters)).status).toBe(404);
});

test("deploy: a build is begun and ended though nothing is built, for an app that is there", async () => {
  await local.caller.app("shop");
  const begun = await local.caller.post("/api/v1/builds", { app_name: "shop", builder_type: "remote" });
  expect([begun.status, begun.body]).toMatchObject([200, { id: expect.any(Number), status: "started" }]);
  const finish = (body: object) => local.caller.post("/api/v1/builds/finish", body);
  const done = { app_name: "shop", build_id: begun.body.id, status: "completed" };
  expect(await finish(done)).toMatchObject({ status: 200, body: { id: begun.body.id, status: "completed" } });
  expect((await finish({ ...done, status: "lost" })).status).toBe(400);
  expect((await finish({ ...done, app_name: "nobodys" })).status).toBe(404);
});

/** What flyctl finds out of a token before it sends it: one that it cannot decode it drops without a word. */
function decoded(token: string) {
  const [, bytes] = token.split("_").map((part) => Buffer.from(part, "base64")) as [Buffer, Buffer];
  const keyLength = bytes[3] ?? 0;
  const nonceEnd = 4 + keyLength + 2 + 16 + 1;
  const wordLength = (bytes[nonceEnd] ?? 0) - 0xa0;
  const location = bytes.subarray(nonceEnd + 1, nonceEnd + 1 + wordLength).toString();
  const rest = bytes.subarray(nonceEnd + 1 + wordLength);
  return { parts: [bytes[0], bytes[1], bytes[2]], location, caveats: rest[0], tail: rest.length - 3, sized: rest[2] };
}

test("tokens: the local Fly's own and those it makes decode as macaroons of Fly's, without caveats", async () => {
  const { token } = (await local.caller.event({ kind: "token" })).body;
  for (const one of [local.fly.token, token]) {
    expect(one).toMatch(/^fm2_[A-Za-z0-9+/]{128}$/);
    const wanted = { parts: [0x94, 0x93, 0xc4], location: "https://api.fly.io/v1", caveats: 0x90, tail: 32, sized: 32 };
    expect(decoded(one)).toEqual(wanted);
  }
  expect(token).not.toBe(local.fly.token);
});

test("tokens: of several in one header the first good one counts", async () => {
  const { token } = (await local.caller.event({ kind: "token" })).body;
  const status = async (sent: string) =>
    (await new Caller({ url: local.fly.url, token: sent }).get("/v1/tokens/current")).status;
  expect(await status(`fm2_junk,${token}`)).toBe(200);
  expect(await status("fm2_junk,fm2_more")).toBe(401);
});
