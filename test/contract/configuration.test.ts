import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { closedPort } from "../fly/fly-server.ts";
import { Engine, secret } from "../support/engine.ts";
import { journalEnd, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();

// A token of whoever runs the tests must not change what they prove.
beforeEach(() => {
  for (const name of ["FLY_API_TOKEN", "FLY_ACCESS_TOKEN", "FLY_FLAPS_BASE_URL"]) vi.stubEnv(name, undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
});

const start = (config: Parameters<typeof Engine.start>[0]) => Engine.start(config);
const here = (more: object = {}) => ({ flapsUrl: local.fly.url, token: secret(local.fly.token), ...more });

test("without a token nothing begins, and the error names each way to give one", async () => {
  await expect(start({})).rejects.toThrow(
    /no Fly token is configured\. Set FLY_API_TOKEN.*--secret airworthy:token.*airworthy:local true/,
  );
});

test("a token in plain text is refused without being printed", async () => {
  const error = await start({ ...here(), token: local.fly.token }).catch((thrown) => thrown);
  expect(error.message).toMatch(/in plain text.*Revoke that token.*pulumi config set --secret airworthy:token/);
  expect(error.message).not.toContain(local.fly.token);
});

test("the environment's token and endpoint serve where the configuration has none", async () => {
  vi.stubEnv("FLY_API_TOKEN", local.fly.token);
  vi.stubEnv("FLY_FLAPS_BASE_URL", local.fly.url);
  const engine = await start({});
  expect((await engine.create("App", "env", { name: "from-environment" })).id).toBe("from-environment");
});

test.each([
  ["http://api.machines.dev", /plain http goes only to this machine and to _api\.internal\. Use https/],
  ["not an address", /"not an address" is not an address/],
])("the endpoint %s is refused", async (flapsUrl, message) => {
  await expect(start({ flapsUrl, token: secret("t") })).rejects.toThrow(message);
});

test("a stack of another world is refused before any call, naming both worlds", async () => {
  const engine = await start(here());
  const { inputs } = await engine.checkConfig(here());
  const since = await journalEnd(local.fly);
  expect(inputs["world"]).toBe(`local:${local.fly.instance}`);
  await expect(engine.checkConfig(here(), { ...inputs, world: "fly.io" })).rejects.toThrow(
    new RegExp(
      `live in Fly\\.io, but the configuration leads to the local Fly ${local.fly.instance}\\. Nothing was changed`,
    ),
  );
  await expect(engine.checkConfig(here(), { ...inputs, world: "local:other" })).rejects.toThrow(
    /live in the local Fly other/,
  );
  expect(await journalEnd(local.fly)).toBe(since);
});

test("a refresh of a stack of another world, which has no program, is refused as well", async () => {
  await expect(Engine.start({ ...here(), world: "local:other" }, { check: false })).rejects.toThrow(
    /live in the local Fly other/,
  );
});

test("a token that Fly does not accept is one clear error at the first preview, without the token", async () => {
  const error = await start({ ...here(), token: secret("fm2_notatoken") }).catch((thrown) => thrown);
  expect(error.message).toMatch(/ask Fly what the token is for: Fly answered 401.*fly tokens create/);
  expect(error.message).not.toContain("fm2_notatoken");
});

test("a token for another organisation is one clear error", async () => {
  const engine = await start({ ...here(), org: "strangers" });
  await expect(engine.create("App", "other", { name: "shop-elsewhere" })).rejects.toThrow(
    /create app "shop-elsewhere": .*(403|another organisation)/s,
  );
});

test("an endpoint that does not answer is one clear error at the first preview", async () => {
  await expect(start({ flapsUrl: "http://127.0.0.1:9", token: secret("t"), org: "local" })).rejects.toThrow(
    /Fly cannot be reached \(ECONNREFUSED\)\. Check the network, and the endpoint/,
  );
});

test("a Fly that does not answer stops a stack's first preview and no later one, which asks it nothing else", async () => {
  const flapsUrl = `http://127.0.0.1:${await closedPort()}`;
  const config = { flapsUrl, token: secret("fm2_planted") };
  await expect(local.engine.checkConfig(config)).rejects.toThrow(/Fly cannot be reached/);
  const { inputs } = await local.engine.checkConfig(config, { ...config, world: flapsUrl });
  expect(inputs["world"]).toBe(flapsUrl);
});
