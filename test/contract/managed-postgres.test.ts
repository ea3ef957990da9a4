import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { halfMade, type State } from "../support/engine.ts";
import { arm, happen, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
/** Where a cluster takes two minutes, as it does at Fly. */
const slow = withLocalFly({ profile: "fly" });

const args = (name: string, more: Properties = {}): Properties => ({
  name,
  region: "iad",
  plan: "basic",
  diskSizeGb: 20,
  ...more,
});
const make = (name: string, more?: Properties) => local.engine.create("ManagedPostgres", name, args(name, more));
const clusters = async (name: string) =>
  (
    (await send(local.fly, "GET", "/v1/postgres?org_slug=local")) as { data: { id: string; name: string }[] }
  ).data.filter((cluster) => cluster.name === name);
const opened = (value: unknown) => (value as { value: string }).value;

test("a cluster is made and ready, with its addresses, its standby and its connection strings as secrets", async () => {
  const state = await make("fresh");
  const endpoint = (service: string) => ({ host: expect.stringMatching(`^${service}\\.`), port: 5432 });
  expect(state.outputs).toMatchObject({
    orgSlug: "local",
    standbys: 1,
    endpoints: { pooler: endpoint("pgbouncer"), direct: endpoint("direct") },
    version: "17",
    poolMode: "transaction",
    postgis: false,
  });
  const { connectionString, directConnectionString } = state.outputs;
  expect(opened(connectionString)).toMatch(
    /^postgresql:\/\/fly-user:[\w-]{24}@pgbouncer\.\w+\.flympg\.net:5432\/fly-db$/,
  );
  expect(opened(directConnectionString)).toBe(opened(connectionString).replace("pgbouncer", "direct"));
  expect((await local.engine.refresh(state))?.drift).toEqual({});
});

test("a password rotated at Fly arrives with the next refresh, as a secret and without drift", async () => {
  const state = await make("rotated");
  await send(local.fly, "POST", `/v1/postgres/${state.id}/users/fly-user/rotate_password`, {});
  const refreshed = await local.engine.refresh(state);
  expect(refreshed?.drift).toEqual({});
  expect(opened(refreshed?.outputs["connectionString"])).toMatch(/^postgresql:/);
  expect(refreshed?.outputs["connectionString"]).not.toEqual(state.outputs["connectionString"]);
});

test.each([
  ["name", { name: "other" }, /^name: cannot be changed\. Fly's API cannot rename a cluster: keep what it was, or/],
  ["orgSlug", { orgSlug: "acme" }, /^orgSlug: cannot be changed\. A cluster stays in its organisation/],
  ["region", { region: "lhr" }, /^region: cannot be changed\. A cluster stays in its region.*pg_dump/],
  ["plan upwards", { plan: "scale" }, /^plan: cannot be changed\..*dashboard.*pulumi up --refresh/],
  ["plan downwards", { plan: "basic" }, /^plan: cannot be changed\..*dashboard.*pg_dump/],
  ["diskSizeGb upwards", { diskSizeGb: 40 }, /^diskSizeGb: cannot be changed\..*change the size in the dashboard/],
  ["diskSizeGb downwards", { diskSizeGb: 10 }, /^diskSizeGb: cannot be changed\..*make another ManagedPostgres/],
  ["version", { version: "16" }, /^version: cannot be changed\..*make another ManagedPostgres/],
  ["poolMode", { poolMode: "session" }, /^poolMode: cannot be changed\. Fly's API can neither change nor show/],
  ["postgis", { postgis: true }, /^postgis: cannot be changed\./],
])("a change of %s is refused with the way to go, and nothing is asked of Fly", async (what, more, message) => {
  const before = args("kept", { plan: "launch", orgSlug: "local" });
  const state = await local.engine.create("ManagedPostgres", `kept ${what}`, { ...before, name: `kept ${what}` });
  const since = await journalEnd(local.fly);
  const news = { ...before, name: `kept ${what}`, ...more } as Properties;
  await expect(local.engine.diff(state, news)).rejects.toThrow(message);
  expect(await journalEnd(local.fly)).toBe(since);
});

test("what the dashboard changed is drift, and no change once the program says the same", async () => {
  const state = await make("grown");
  await happen(local.fly, { kind: "postgres-changed", cluster: state.id, plan: "launch", diskSizeGb: 50 });
  const refreshed = await local.engine.refresh(state);
  expect(refreshed?.drift).toEqual({ plan: "UPDATE", diskSizeGb: "UPDATE" });
  const grown = args("grown", { plan: "launch", diskSizeGb: 50 });
  expect(await local.engine.diff(refreshed as State, grown)).toEqual({});
  await expect(local.engine.diff(refreshed as State, args("grown"))).rejects.toThrow(/plan: cannot be changed/);
});

test("a namesake is never taken over: the error names the import, and nothing is made", async () => {
  const first = await make("twin");
  const since = await journalEnd(local.fly);
  await expect(local.engine.create("ManagedPostgres", "other", args("twin"))).rejects.toThrow(/declared already/);
  const again = local.engine.create("ManagedPostgres", "twin", args("twin"));
  await expect(again).rejects.toThrow(`\`pulumi import airworthy:index:ManagedPostgres twin ${first.id}\``);
  expect(await mutations(local.fly, since)).toEqual([]);
});

test("a lost create answer leaves one cluster, not two", async () => {
  await arm(local.fly, "Postgres_create", { kind: "lose-response" });
  const state = await make("lost");
  expect((await clusters("lost")).map(({ id }) => id)).toEqual([state.id]);
});

test("a create that Fly may not have done is not done again by guess; the next run makes it", async () => {
  await arm(local.fly, "Postgres_create", { kind: "status", status: 500 });
  await expect(make("unsure")).rejects.toThrow(
    /create Managed Postgres "unsure" in iad.*Whether it happened is not known/,
  );
  expect(await clusters("unsure")).toEqual([]);
  await make("unsure");
  expect(await clusters("unsure")).toHaveLength(1);
});

test("a wait that is cut off leaves a half-made cluster, and the next up goes on waiting for the same", async () => {
  const { engine, fly } = local;
  await arm(fly, "Postgres_show", { kind: "status", status: 422 });
  const half = halfMade(await make("cut").catch((error) => error));
  expect(half.reasons[0]).toMatch(new RegExp(`^Managed Postgres cluster ${half.id}: read`));
  const inputs = await engine.check("ManagedPostgres", "cut", args("cut"));
  const state = { type: "ManagedPostgres", name: "cut", id: half.id, inputs, outputs: half.outputs };
  const told = halfMade(await engine.refresh(state).catch((error) => error));
  expect(told.reasons[0]).toMatch(/^it is still creating\. Run `pulumi up` to go on waiting/);
  const since = await journalEnd(fly);
  const next = { ...state, inputs: told.inputs ?? {}, outputs: told.outputs };
  const ready = await engine.update(next, args("cut"), true);
  expect([ready.id, opened(ready.outputs["connectionString"])]).toEqual([
    half.id,
    expect.stringMatching(/^postgresql:/),
  ]);
  expect(await mutations(fly, since)).toEqual([]);
});

test("a create that is cancelled says at once which cluster there is", async () => {
  const { engine, fly } = slow;
  const making = engine.create("ManagedPostgres", "stopped", args("stopped")).catch((error) => error);
  while (fly.journal.entries(0).every(({ operation }) => operation !== "Postgres_show")) await setImmediate();
  await engine.cancel();
  const half = halfMade(await making);
  expect([half.id]).toEqual(fly.world.clusters.all().map(({ id }) => id));
  expect(half.outputs).toMatchObject({ name: "stopped", orgSlug: "local" });
  expect(half.reasons[0]).toMatch(/the update was cancelled/);
});

test("a cluster that fails is half made, and the error says that the dashboard knows more", async () => {
  const { engine, fly } = local;
  await happen(fly, { kind: "failing-postgres", name: "broken" });
  const half = halfMade(await make("broken").catch((error) => error));
  expect(half.reasons[0]).toMatch(/it is failed, which only Fly can mend.*dashboard/);
  const inputs = await engine.check("ManagedPostgres", "broken", args("broken"));
  await engine.remove({ type: "ManagedPostgres", name: "broken", id: half.id, inputs, outputs: half.outputs });
  expect(await clusters("broken")).toEqual([]);
});

test("a delete waits until the cluster is gone, and is content where it is gone already", async () => {
  const state = await make("dropped");
  await local.engine.remove(state);
  await expect(send(local.fly, "GET", `/v1/postgres/${state.id}`)).rejects.toThrow(/410/);
  await local.engine.remove(state);
});

test("a cluster that is gone is data lost, and an error: no up makes an empty one in its place", async () => {
  const state = await make("lost-data");
  await send(local.fly, "DELETE", `/v1/postgres/${state.id}`);
  await expect(local.engine.refresh(state)).rejects.toThrow(/its data may be lost.*pulumi state delete.*"lost-data"/);
});

test("a 404 is not taken for gone where the token cannot see the organisation", async () => {
  const state = await make("unseen");
  await send(local.fly, "DELETE", `/v1/postgres/${state.id}`);
  const foreign = { ...state, outputs: { ...state.outputs, orgSlug: "acme" } };
  await send(local.fly, "GET", `/v1/postgres/${state.id}`);
  await expect(local.engine.refresh(foreign)).rejects.toThrow(
    /organisation "acme": Fly shows this token no such organisation.*expired or revoked/,
  );
  await expect(local.engine.refresh(state)).rejects.toThrow(/it is gone from Fly/);
});

test("an imported cluster shows no change, whether the program says what an import cannot see or not", async () => {
  const { engine } = local;
  const { id } = await make("adopted", { poolMode: "session" });
  const imported = (await engine.read("ManagedPostgres", "adopted", id)) as State;
  expect(imported.inputs).toEqual({ ...args("adopted"), orgSlug: "local", version: "17", postgis: false });
  for (const more of [{}, { poolMode: "session" }, { orgSlug: "local" }]) {
    expect(await engine.diff(imported, args("adopted", more as Properties))).toEqual({});
  }
  expect(imported.outputs["connectionString"]).toMatchObject({ value: expect.stringMatching(/^postgresql:/) });
});

test("an import of what is not there is a clear error", async () => {
  await expect(local.engine.read("ManagedPostgres", "none", "nope")).rejects.toThrow(
    /^(.*: )?import Managed Postgres cluster nope: Fly answered 404/,
  );
});

test("a preview fills in defaults beside what is not known yet", async () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  const preview = await local.engine.create("ManagedPostgres", "u", args("u", { region: unknown }), true);
  expect(preview.inputs).toMatchObject({ region: unknown, version: "17", poolMode: "transaction", postgis: false });
});

test.each([
  [{ region: "idd" }, undefined],
  [{ region: "cdg" }, /^region: Fly offers no Managed Postgres in cdg; it does in ams, fra, gru, iad/],
  [{ region: "mad" }, /^region: Fly has retired region "mad"; near it are/],
  [{ region: "ida" }, /^region: "ida" is no region; did you mean iad/],
  [{ plan: "tiny" }, /^plan: must be one of basic, starter, launch, scale, performance$/],
  [{ version: "15" }, /^version: must be one of "16", "17"$/],
  [{ version: 17 }, /^version: must be one of "16", "17"$/],
  [{ diskSizeGb: 9 }, /^diskSizeGb: must be a whole number from 10 to 1000/],
  [{ poolMode: "statement" }, /^poolMode: must be one of transaction, session$/],
  [{ name: "" }, /^name: must not be empty/],
])("%j is checked", async (bad, message) => {
  const check = local.engine.check("ManagedPostgres", "bad", args("bad", bad as Properties));
  if (message === undefined) await expect(check).resolves.toBeDefined();
  else await expect(check).rejects.toThrow(message);
});

test("a region that only Fly can refuse is one clear error, and nothing is made", async () => {
  await expect(make("nowhere", { region: "xyz" })).rejects.toThrow(
    /create Managed Postgres "nowhere" in xyz for organisation "local": Fly answered 400: region is invalid/,
  );
  expect(await clusters("nowhere")).toEqual([]);
});

test("an organisation that the token is not for is one clear error", async () => {
  await expect(make("foreign", { orgSlug: "acme" })).rejects.toThrow(
    /list the Managed Postgres clusters of organisation "acme".*orgSlug.*mistyped/,
  );
});

test("no password is in an error, in the journal, or in the state but as a secret", async () => {
  const { engine, fly } = local;
  const state = await make("silent");
  const password = new URL(opened(state.outputs["connectionString"])).password;
  expect(password).toHaveLength(24);
  const { connectionString, directConnectionString, ...plain } = state.outputs;
  await arm(fly, "Postgres_users_credentials", { kind: "status", status: 422, body: { error: "no" } });
  const error = await engine.refresh(state).catch((thrown) => String(thrown));
  expect(error).toMatch(/read the credentials of user "fly-user"/);
  const journal = fly.journal.entries(0);
  const all = JSON.stringify([plain, state.inputs, error, journal, await send(fly, "GET", "/_local/world")]);
  expect(all).not.toContain(password);
});

test("with adopt, the cluster that a killed run has made is the one, and no second is made", async () => {
  const first = await make("adopted", { adopt: true });
  const again = await make("adopted", { adopt: true });
  expect(again.id).toBe(first.id);
  expect(await clusters("adopted")).toHaveLength(1);
});

test("with adopt, a cluster that is not as declared, or that an app uses, is somebody's and refused", async () => {
  const { id } = await make("used", { adopt: true });
  await expect(make("used", { adopt: true, diskSizeGb: 30 })).rejects.toThrow(/there is one of that name already/);
  await local.engine.create("App", "app", { name: "uses-used" });
  await local.engine.create("ManagedPostgresAttachment", "attached", { cluster: id, app: "uses-used" });
  await expect(make("used", { adopt: true })).rejects.toThrow(/there is one of that name already/);
});
