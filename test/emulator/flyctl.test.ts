import { expect, test } from "vitest";
import { Caller, onLocalFly, withLocalFly } from "./local-fly.ts";

// What flyctl asks for that Fly's documents do not show, as it puts it on the wire. The queries are the fields of its own,
// taken from runs of it: docs/flyctl-transcript.md.

const local = withLocalFly();

const ask = async (query: string, variables: object = {}, by: Caller = local.caller) =>
  (await by.post("/graphql", { query, variables })).body;

const asked = (query: string, variables: object = {}) => local.caller.graphql(query, variables);

const appName = "cli-shop";
const shop = () => local.caller.app(appName);

/** What both of Fly's APIs say of a region in the same words. */
const place = ({ code, name, latitude, longitude }: Record<string, unknown>) => ({ code, name, latitude, longitude });

test("auth whoami: behind the local Fly's token is no user", async () => {
  const query = "{ viewer { ... on User { id email enablePaidHobby } ... on Macaroon { email } } }";
  expect(await asked(query)).toEqual({ viewer: { email: "local@example.invalid" } });
  const stranger = new Caller({ url: local.fly.url, token: "" });
  expect((await ask(query, {}, stranger)).errors[0].extensions.code).toBe("UNAUTHORIZED");
});

test("orgs list: the organisation's number comes as a text, which flyctl insists on", async () => {
  const query = `query($admin: Boolean!) { organizations(admin: $admin) {
    nodes { id slug rawSlug name type paidPlan billable viewerRole internalNumericId }
  } }`;
  const { organizations } = await asked(query, { admin: false });
  expect(organizations.nodes).toMatchObject([{ slug: "local", viewerRole: "admin", internalNumericId: "1" }]);
});

test("orgs list: a token for less than all of an organisation is among nobody's admins", async () => {
  await shop();
  const query = "query($admin: Boolean!) { organizations(admin: $admin) { nodes { slug } } }";
  const { body } = await local.caller.event({ kind: "token", app: appName });
  const ofApp = new Caller({ url: local.fly.url, token: body.token });
  const slugs = async (admin: boolean, by?: Caller) => (await ask(query, { admin }, by)).data.organizations.nodes;
  expect(await slugs(true)).toEqual([{ slug: "local" }]);
  expect(await slugs(true, ofApp)).toEqual([]);
  expect(await slugs(false, ofApp)).toEqual([{ slug: "local" }]);
});

test("apps list: every app is on some page and on one only", async () => {
  for (const name of ["a", "b", "c"]) await local.caller.app(name);
  const query = `query($after: String) { apps(type: "container", first: 2, after: $after) {
    pageInfo { hasNextPage endCursor }
    nodes { id name deployed hostname platformVersion network organization { slug name } currentRelease { createdAt status } status }
  } }`;
  const { apps: first } = await asked(query, { after: "" });
  expect(first.pageInfo.hasNextPage).toBe(true);
  const { apps: second } = await asked(query, { after: first.pageInfo.endCursor });
  expect(second.pageInfo.hasNextPage).toBe(false);
  expect([...first.nodes, ...second.nodes].map(({ name }) => name)).toEqual(["a", "b", "c"]);
  expect(first.nodes[0]).toMatchObject({ status: "pending", deployed: false, currentRelease: null });
});

test.each([
  [{ first: 0 }, [], true],
  [{ first: -1 }, [], true],
  [{ after: "1" }, ["b"], false],
  [{ after: "9" }, [], false],
])("apps list: the page %j", async (wanted, names, hasNextPage) => {
  for (const name of ["a", "b"]) await local.caller.app(name);
  const query = `query($first: Int, $after: String) { apps(first: $first, after: $after) {
    nodes { name } pageInfo { hasNextPage endCursor } totalCount
  } }`;
  const { apps } = await asked(query, wanted);
  expect(apps.nodes.map(({ name }: { name: string }) => name)).toEqual(names);
  expect(apps).toMatchObject({ pageInfo: { hasNextPage, endCursor: names.length === 0 ? null : "2" }, totalCount: 2 });
  const { data, errors } = await ask(query, { after: "-1" });
  expect([data, errors[0].extensions.code]).toEqual([null, "UNPROCESSABLE"]);
});

test("tokens list: an app's own token is shown that app's, of the whole organisation too", async () => {
  const tokenOf = async (app: string) => (await local.caller.event({ kind: "token", app })).body;
  await shop();
  const [wide, narrow] = [await tokenOf(""), await tokenOf(appName)];
  const query = '{ organization(slug: "local") { limitedAccessTokens { nodes { id } } } }';
  const listed = async (by?: Caller) => {
    const { nodes } = (await ask(query, {}, by)).data.organization.limitedAccessTokens;
    return nodes.map(({ id }: { id: string }) => id);
  };
  expect((await listed()).sort()).toEqual([wide.id, narrow.id].sort());
  expect(await listed(new Caller({ url: local.fly.url, token: narrow.token }))).toEqual([narrow.id]);
});

test("status: an app says what it is, and the newest image of a stranger is of an unknown repository", async () => {
  const path = await shop();
  const compact = `query ($appName: String!) { appcompact:app(name: $appName) {
    id internalNumericId name hostname cnameTarget deployed network status appUrl platformVersion
    organization { id internalNumericId slug paidPlan } postgresAppRole: role { name }
  } }`;
  const before = (await asked(compact, { appName })).appcompact;
  expect(before).toMatchObject({ name: appName, deployed: false, status: "pending", platformVersion: "machines" });
  await local.caller.machine(path);
  expect((await asked(compact, { appName })).appcompact).toMatchObject({ deployed: true, status: "deployed" });
  const image = `query($image: String!, $flyVersion: String) {
    latestImageDetails(image: $image, flyVersion: $flyVersion) { registry repository tag version digest }
  }`;
  const { errors } = await ask(image, { image: "library/nginx:alpine", flyVersion: "" });
  expect(errors[0].message).toContain("Unknown repository");
});

test("ips: what is allocated is listed in both of Fly's APIs, the shared one apart, until it is released", async () => {
  const path = await shop();
  const allocation = `mutation($input: AllocateIPAddressInput!) { allocateIpAddress(input: $input) {
    app { sharedIpAddress } ipAddress { id address type region createdAt }
  } }`;
  const given = await asked(allocation, { input: { appId: appName, type: "v6", region: "", network: "" } });
  const release = "mutation($input: ReleaseIPAddressInput!) { releaseIpAddress(input: $input) { clientMutationId } }";
  const { address } = given.allocateIpAddress.ipAddress;
  const shared = await asked(allocation, { input: { appId: appName, type: "shared_v4" } });
  const v4 = shared.allocateIpAddress.app.sharedIpAddress;
  const list = `query ($appName: String!) { app(name: $appName) {
    ipAddresses { nodes { id address type region createdAt network { name organization { slug } } serviceName } } sharedIpAddress
  } }`;
  const { app } = await asked(list, { appName });
  expect(app.ipAddresses.nodes).toMatchObject([{ address, type: "v6", region: "global", network: null }]);
  expect(app.sharedIpAddress).toBe(v4);
  const ips = async () =>
    (await local.caller.get(`${path}/ip_assignments`)).body.ips.map(({ ip }: { ip: string }) => ip);
  expect((await ips()).sort()).toEqual([address, v4].sort());
  await asked(release, { input: { appId: appName, ip: address } });
  expect(await ips()).toEqual([v4]);
});

test("ips: a mutation gives back its client's mark, and says with a code why it was refused", async () => {
  await shop();
  const mutation = `mutation($input: AllocateIPAddressInput!) {
    one: allocateIpAddress(input: $input) { clientMutationId }
  }`;
  const input = { appId: appName, type: "v6", clientMutationId: "mine" };
  expect(await asked(mutation, { input })).toEqual({ one: { clientMutationId: "mine" } });
  const { errors } = await ask(mutation, { input: { ...input, region: "mars" } });
  expect(errors).toMatchObject([{ message: expect.stringContaining("mars"), extensions: { code: "UNPROCESSABLE" } }]);
});

test("ips: a token that only reads allocates and releases none", async () => {
  await shop();
  const { body } = await local.caller.event({ kind: "token", readOnly: true });
  const reader = new Caller({ url: local.fly.url, token: body.token });
  for (const [field, input] of [
    ["allocateIpAddress", `{ appId: "${appName}", type: v6 }`],
    ["releaseIpAddress", `{ appId: "${appName}", ip: "::1" }`],
  ]) {
    const { errors } = await ask(`mutation { ${field}(input: ${input}) { clientMutationId } }`, {}, reader);
    expect(errors[0].extensions.code).toBe("FORBIDDEN");
  }
  expect(local.fly.world.ips.all()).toEqual([]);
});

test("apps create: the answer names the app, for flyctl waits for the app of that name", async () => {
  const body = { name: appName, org_slug: "local", network: "", app_role_id: "" };
  expect((await local.caller.post("/v1/apps?wait=true", body)).body).toMatchObject({
    name: appName,
    status: "pending",
  });
});

test("apps destroy: all of an app is told in one answer, its machines too, and no add-ons are known", async () => {
  const machine = await local.caller.machine(await shop(), { region: "fra", name: "web-1" });
  const query = `query ($appName: String!) { app(name: $appName) {
    id version config { definition } services { description protocol internalPort ports { port handlers } }
    currentRelease { evaluationId status inProgress version } imageDetails { registry repository tag digest version }
    machines { nodes { id name config state region createdAt app { name } ips { nodes { family kind ip maskSize } } host { id } } }
    organization { id slug paidPlan addOns(type: tigris) { nodes { id name addOnPlan { displayName } } } }
  } }`;
  const { app } = await asked(query, { appName });
  expect(app).toMatchObject({ version: 0, currentRelease: null, organization: { addOns: { nodes: [] } } });
  expect(app.imageDetails.repository).toContain("nginx");
  const [shown] = app.machines.nodes;
  expect(shown).toMatchObject({ id: machine.id, name: "web-1", region: "fra", app: { name: appName } });
  expect(shown.ips.nodes).toMatchObject([{ family: "v6", kind: "privatenet" }]);
});

test("volumes create and extend: regions with their places, and a volume's app by its id alone", async () => {
  const volume = await local.caller.volume(await shop(), { name: "data", region: "fra", size_gb: 1 });
  const regions = `{ platform { requestRegion regions {
    name code latitude longitude gatewayAvailable requiresPaidPlan deprecated
  } } }`;
  const { platform } = await asked(regions);
  expect(platform.regions.map(({ code }: { code: string }) => code)).toContain(platform.requestRegion);
  const { Regions: rows } = (await local.caller.get("/v1/platform/regions")).body;
  expect(platform.regions.map(place)).toEqual(rows.map(place));
  const owner = "query($id: ID!) { volume: volume(id: $id) { ... on Volume { app { name } state } } }";
  const { id } = volume.shown;
  expect(await asked(owner, { id })).toEqual({ volume: { app: { name: appName }, state: "created" } });
  expect((await ask(owner, { id: "vol_nobodys" })).errors[0].extensions.code).toBe("NOT_FOUND");
  const { body } = await local.caller.event({ kind: "token", org: "acme" });
  const foreign = await ask(owner, { id }, new Caller({ url: local.fly.url, token: body.token }));
  expect(foreign.errors[0].extensions.code).toBe("NOT_FOUND");
});

test("machine run: the organisation is asked for of the web API, where its number is a number", async () => {
  const { status, body } = await local.caller.get("/api/v1/organizations/local");
  expect([status, body.organization]).toMatchObject([
    200,
    { slug: "local", raw_slug: "local", internal_numeric_id: 1 },
  ]);
  const { organizations } = (await local.caller.get("/api/v1/organizations?admin=false")).body;
  expect(organizations).toEqual([body.organization]);
  expect((await local.caller.get("/api/v1/organizations/acme")).status).toBe(404);
});

test("whatever Fly may spell otherwise some day, a GraphQL answer has what was asked for and its lists are lists", () =>
  onLocalFly({ profile: "strange" }, async ({ caller }) => {
    await caller.app(appName);
    const query = `{ app(name: "${appName}") { name secrets { name } ipAddresses { nodes { id } } } }`;
    const { body } = await caller.post("/graphql", { query });
    expect(body).toEqual({ data: { app: { name: appName, secrets: [], ipAddresses: { nodes: [] } } } });
  }));
