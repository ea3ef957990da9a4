import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

// What flyctl's deploy asks for, and what its book of releases says afterwards, as flyctl.test.ts has it of the rest.

const local = withLocalFly();
const appName = "cli-shop";
const shop = () => local.caller.app(appName);
const asked = (query: string, variables: object = {}) => local.caller.graphql(query, variables);

test("releases: those of the book, newest first, as many as were asked for", async () => {
  await shop();
  for (const image of ["one", "two", "three"]) {
    const { body } = await local.caller.post("/api/v1/releases", { app_name: appName, image });
    await local.caller.send("PATCH", `/api/v1/releases/${body.release.id}`, { status: "complete" });
  }
  const query = `query($appName: String!, $limit: Int!) { app(name: $appName) {
    releases: releasesUnprocessed(first: $limit) {
      nodes { id version description reason status imageRef stable user { id email name } createdAt }
    }
    currentReleaseUnprocessed { version imageRef }
  } }`;
  const { app } = await asked(query, { appName, limit: 2 });
  expect(app.releases.nodes).toMatchObject([
    { version: 3, imageRef: "three", status: "complete", stable: true },
    { version: 2, imageRef: "two" },
  ]);
  expect(app.currentReleaseUnprocessed).toEqual({ version: 3, imageRef: "three" });
});

test.each([
  ["pending", false, true],
  ["running", false, true],
  ["complete", true, false],
  ["failed", false, false],
  ["interrupted", false, false],
])("releases: one that is %s reads so in both of Fly's spellings", async (status, stable, inProgress) => {
  await shop();
  const { release } = (await local.caller.post("/api/v1/releases", { app_name: appName, strategy: "CANARY" })).body;
  const { body } = await local.caller.send("PATCH", `/api/v1/releases/${release.id}`, { status });
  expect(body).toMatchObject({ status, stable, in_progress: inProgress, strategy: "CANARY" });
  const query = `query($appName: String!, $status: String) { app(name: $appName) {
    releasesUnprocessed(status: $status) { nodes { status stable inProgress deploymentStrategy } }
  } }`;
  const { app } = await asked(query, { appName, status });
  expect(app.releasesUnprocessed.nodes).toEqual([{ status, stable, inProgress, deploymentStrategy: "CANARY" }]);
});

test("config show: the fly.toml of the newest release that is complete, and none where that had none", async () => {
  await shop();
  const query = `query ($appName: String!) { app(name: $appName) {
    currentReleaseUnprocessed { configDefinition } config { definition }
  } }`;
  const shown = async (definition: unknown, status = "complete") => {
    const { body } = await local.caller.post("/api/v1/releases", { app_name: appName, definition });
    await local.caller.send("PATCH", `/api/v1/releases/${body.release.id}`, { status });
    return (await asked(query, { appName })).app;
  };
  const toml = { app: appName, processes: { web: "serve", worker: "work" } };
  const isToml = { currentReleaseUnprocessed: { configDefinition: toml }, config: { definition: toml } };
  expect(await shown(toml)).toEqual(isToml);
  expect(await shown({ app: "other" }, "failed")).toEqual(isToml);
  expect(await shown(null)).toEqual({
    currentReleaseUnprocessed: { configDefinition: null },
    config: { definition: {} },
  });
  expect((await local.caller.post("/api/v1/releases", { app_name: appName, definition: "[env]" })).status).toBe(400);
});

test("deploy --image: any image is found but one that cannot be pulled", async () => {
  await shop();
  const query = `query ($appName: String!, $imageRef: String!) { app(name: $appName) {
    id image(ref: $imageRef) { id digest ref compressedSize: compressedSizeFull manifest }
  } }`;
  const { app } = await asked(query, { appName, imageRef: "nginx:alpine" });
  expect(app.image).toMatchObject({ ref: "nginx:alpine", digest: expect.stringMatching(/^sha256:/) });
  await local.caller.event({ kind: "unpullable-image", image: "nginx:gone" });
  expect((await asked(query, { appName, imageRef: "nginx:gone" })).app.image).toBeNull();
});

test("deploy --strategy bluegreen: may be where the organisation may have an app's machines twice", async () => {
  const path = await shop();
  for (const name of ["one", "two"]) await local.caller.machine(path, { name });
  const query = "query ($appName: String!) { canPerformBluegreenDeployment(name: $appName) }";
  const may = async () => (await asked(query, { appName })).canPerformBluegreenDeployment;
  expect(await may()).toBe(true);
  await local.caller.event({ kind: "machine-limit", machines: 3 });
  expect(await may()).toBe(false);
  await local.caller.event({ kind: "machine-limit", machines: 4 });
  expect(await may()).toBe(true);
});
