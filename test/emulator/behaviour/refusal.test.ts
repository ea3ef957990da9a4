import { expect } from "vitest";
import { Caller } from "../local-fly.ts";
import { refusal } from "./behaviour.ts";

const refused = (status: number, error: unknown) => ({ status, body: { error } });

refusal("what is not emulated is 501 with the operation and why, and does nothing", async ({ caller }) => {
  const { path } = await caller.machine(await caller.app(), {}, "started");
  expect(await caller.post(`${path}/exec`, { command: ["true"] })).toMatchObject(
    refused(501, expect.stringMatching(/^Machines_exec is not emulated by the local Fly: ./)),
  );
  expect((await caller.get(path)).body.state).toBe("started");
});

refusal("a wait for what a failed machine will not become is 400 at once", async ({ caller, fly }) => {
  await caller.event({ kind: "unpullable-image", image: "acme/gone:1" });
  const { path } = await caller.machine(await caller.app(), { config: { image: "acme/gone:1" } });
  expect((await caller.get(`${path}/wait?state=failed`)).status).toBe(200);
  const before = fly.clock.now();
  expect((await caller.get(`${path}/wait?state=started`)).status).toBe(400);
  expect(fly.clock.now() - before).toBeLessThan(10_000);
});

refusal("a volume, secret key or address that is not there is 404", async ({ caller }) => {
  const app = await caller.app();
  for (const path of ["volumes/vol_0000000000000000", "secretkeys/nope"]) {
    expect([path, (await caller.get(`${app}/${path}`)).status]).toEqual([path, 404]);
  }
  expect((await caller.delete(`${app}/ip_assignments/1.2.3.4`)).status).toBe(404);
});

refusal("a header without a good token is 400 to who asks about it", async ({ fly }) => {
  const nobody = new Caller({ url: fly.url, token: "" });
  expect((await nobody.post("/v1/tokens/authenticate", { header: "FlyV1 junk" })).status).toBe(400);
});

const creation = `mutation ($input: CreateLimitedAccessTokenInput!) {
  createLimitedAccessToken(input: $input) { limitedAccessToken { id } }
}`;

refusal("GraphQL says NOT_FOUND of an organisation and UNPROCESSABLE of an expiry", async ({ caller }) => {
  const ask = async (query: string, variables = {}) => {
    const { status, body } = await caller.post("/graphql", { query, variables });
    return [status, body.errors?.[0]?.extensions.code, body.data?.organization?.id] as const;
  };
  expect((await ask('{ organization(slug: "acme") { id } }')).slice(0, 2)).toEqual([200, "NOT_FOUND"]);
  const [, , organizationId] = await ask('{ organization(slug: "local") { id } }');
  const input = { name: "ci", organizationId, profile: "deploy_organization", expiry: "90d" };
  expect((await ask(creation, { input })).slice(0, 2)).toEqual([200, "UNPROCESSABLE"]);
});

/** A cluster as it is made, and its path. */
async function cluster(caller: Caller) {
  const wish = { name: "db", org_slug: "local", region: "iad", plan: "basic", disk_size_gb: 10 };
  const { status, body } = await caller.post("/v1/postgres", wish);
  expect(status).toBe(201);
  return `/v1/postgres/${body.data.id}`;
}

async function readyCluster(caller: Caller) {
  const path = await cluster(caller);
  for (let reads = 0; reads < 3; reads++) await caller.get(path);
  expect((await caller.get(path)).body.data.status).toBe("ready");
  return path;
}

refusal("a cluster that is not there is 404; one that is not ready has no users, and no fork", async ({ caller }) => {
  expect((await caller.get("/v1/postgres/nope")).status).toBe(404);
  const path = await cluster(caller);
  expect((await caller.get(`${path}/users`)).status).toBe(503);
  expect((await caller.post(`${path}/fork`, {})).status).toBe(409);
});

refusal("a deleted cluster is 410, while it is being deleted too", async ({ caller }) => {
  const path = await readyCluster(caller);
  await caller.delete(path);
  expect(await caller.delete(path)).toMatchObject(refused(410, "This cluster is being deleted"));
  await caller.pass(60_000);
  expect(await caller.get(path)).toMatchObject(refused(410, "This cluster has been deleted"));
});

refusal("what Postgres cannot make sense of is 400 or 422", async ({ caller }) => {
  const path = await readyCluster(caller);
  expect((await caller.post(`${path}/databases`, { name: "-" })).status).toBe(400);
  expect((await caller.post(`${path}/users`, { username: "web", role: "king" })).status).toBe(422);
});

refusal("one backup at a time, and none that is not there is restored", async ({ caller }) => {
  const path = await readyCluster(caller);
  expect((await caller.post(`${path}/backups`, { type: "full" })).status).toBe(202);
  expect((await caller.post(`${path}/backups`, { type: "full" })).status).toBe(409);
  expect(await caller.post(`${path}/restore`, { backup_id: "nope" })).toMatchObject(
    refused(404, `Backup nope not found for cluster ${path.split("/").at(-1)}`),
  );
});

refusal("an extension is enabled once, postgis only where the cluster has it, plpgsql stays", async ({ caller }) => {
  const path = await readyCluster(caller);
  const [{ name: database }] = (await caller.get(`${path}/databases`)).body.data;
  const extensions = `${path}/databases/${database}/extensions`;
  expect((await caller.post(extensions, { name: "vector" })).status).toBe(204);
  expect(await caller.post(extensions, { name: "vector" })).toMatchObject(
    refused(409, "Extension vector is already installed in schema public"),
  );
  expect(await caller.post(extensions, { name: "postgis" })).toMatchObject(
    refused(409, "PostGIS is not enabled on this cluster"),
  );
  expect(await caller.delete(`${extensions}/plpgsql`)).toMatchObject(
    refused(400, "System extensions cannot be disabled"),
  );
});
