import { expect } from "vitest";
import { Caller } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

const list = "/v1/apps?org_slug=local";

const asking = (url: string, path: string, authorization?: string, method = "GET") =>
  fetch(url + path, { method, headers: authorization === undefined ? {} : { authorization } });

for (const [number, authorization] of [
  [1, undefined],
  [2, "Bearer junk"],
  [3, "FlyV1 junk"],
] as const) {
  behaviour(number, async ({ fly }) => {
    const reply = await asking(fly.url, list, authorization);
    expect([reply.status, await reply.json()]).toEqual([401, { error: "Authenticate: token validation error" }]);
  });
}

behaviour(4, async ({ caller, fly }) => {
  const { token } = (await caller.event({ kind: "token" })).body;
  expect(token).toMatch(/^fm2_/);
  for (const scheme of ["Bearer", "FlyV1", "FlyV1 Bearer"]) {
    expect((await asking(fly.url, list, `${scheme} ${token}`)).status).toBe(200);
  }
});

const unrouted = async (url: string, method: string, path: string) => {
  const reply = await asking(url, path, undefined, method);
  expect([reply.status, await reply.text()]).toEqual([404, "404 page not found"]);
  expect(reply.headers.get("content-type")).toContain("text/plain");
};

behaviour(5, ({ fly }) => unrouted(fly.url, "GET", "/v1/nope"));
behaviour(6, ({ fly }) => unrouted(fly.url, "PUT", "/v1/apps"));
behaviour(107, ({ fly }) => unrouted(fly.url, "DELETE", "/v1/apps/a/volumes/vol_1/snapshots/vs_1"));

behaviour(7, async ({ caller, fly }) => {
  const forbidden = { status: 403, body: { error: "unauthorized" } };
  await caller.event({ kind: "foreign-app", name: "theirs", org: "acme" });
  expect(await caller.get("/v1/apps/theirs/machines")).toMatchObject(forbidden);
  const { token } = (await caller.event({ kind: "token", org: "acme" })).body;
  const theirs = new Caller({ url: fly.url, token });
  await caller.app("shop");
  expect(await theirs.get("/v1/apps/shop")).toMatchObject(forbidden);
  expect(await theirs.post("/v1/apps", { name: "next", org_slug: "local" })).toMatchObject(forbidden);
  expect((await theirs.get("/v1/apps/theirs")).status).toBe(200);
});

behaviour(8, async ({ fly }) => expect((await asking(fly.url, "/v1/platform/regions")).status).toBe(200));

behaviour(9, async ({ fly }) => {
  for (const path of ["/v1/nope", "/v1/apps", "/v1/platform/regions"]) {
    expect((await asking(fly.url, path)).headers.get("fly-request-id")).toMatch(/^[0-9A-Z]{26}-[a-z]{3}$/);
  }
});

behaviour(10, async ({ caller }) => {
  expect((await caller.post("/v1/apps", { name: "a", org_slug: "local", colour: "red" })).status).toBe(201);
  const { shown } = await caller.machine("/v1/apps/a", { colour: "red", config: { image: "nginx", colour: "red" } });
  expect(shown.config.colour).toBeUndefined();
});

behaviour(11, async ({ caller }) => {
  for (const body of ['{"name":', "[1]", '"x"']) {
    const reply = await caller.post("/v1/apps", body);
    expect([reply.status, typeof reply.body.error]).toEqual([400, "string"]);
  }
});
