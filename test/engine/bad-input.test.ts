import { afterAll, beforeAll, expect, test } from "vitest";
import { Workspace } from "../support/workspace.ts";

let hello: Workspace;

beforeAll(async () => {
  hello = await Workspace.of("examples/hello");
});
afterAll(() => hello?.remove());

/** Runs with one change to a file and puts the file back. */
async function having<T>(file: string, from: string | RegExp, to: string, run: () => Promise<T>): Promise<T> {
  const before = hello.read(file);
  if (before.replace(from, to) === before) throw new Error(`${file} has no ${from}`);
  hello.edit(file, (text) => text.replace(from, to));
  try {
    return await run();
  } finally {
    hello.edit(file, () => before);
  }
}

const remote = [/ {2}airworthy:local: "true"\n/, ""] as const;

test.each([
  ["a misspelt region", "iad: 1", "ida: 1", /groups\.web\.regions.*ida.*iad/s],
  ["a retired region", "iad: 1", "mad: 1", /groups\.web\.regions.*mad.*retired/s],
  ["an empty region map", "{ iad: 1, lhr: 1 }", "{}", /groups\.web\.regions/],
  [
    "a guest size Fly does not sell",
    "regions:",
    'size: "shared-cpu-3x", regions:',
    /groups\.web\.size.*shared-cpu-2x/s,
  ],
  ["a variable of Fly's own", "groups:", 'env: { FLY_REGION: "iad" }, groups:', /env\.FLY_REGION/],
  [
    "a check interval out of range",
    "{ port: 8080 }",
    '{ port: 8080, check: { interval: "90s" } }',
    /groups\.web\.http\.check\.interval/,
  ],
  [
    "a retention of 61 days",
    "http:",
    'volume: { path: "/d", sizeGb: 1, snapshotRetentionDays: 61 }, http:',
    /groups\.web\.volume\.snapshotRetentionDays.*60/s,
  ],
])("%s stops at construction and names the argument", async (_, from, to, message) => {
  const { code, output } = await having("index.ts", from, to, () => hello.pulumi(["preview"]));
  expect(output).toMatch(message);
  expect(code).not.toBe(0);
});

test("a missing image is named at preview", async () => {
  const { code, output } = await having("Pulumi.dev.yaml", /^ {2}hello:image:.*$/m, "", () =>
    hello.pulumi(["preview"]),
  );
  expect(output).toMatch(/hello:image/);
  expect(code).not.toBe(0);
});

test("no token is named at preview", async () => {
  const { code, output } = await having("Pulumi.dev.yaml", ...remote, () => hello.pulumi(["preview"]));
  expect(output).toMatch(/no Fly token is configured\. Set FLY_API_TOKEN/);
  expect(code).not.toBe(0);
});

test("a token in plain configuration is refused at preview and not printed", async () => {
  const { url, token } = await hello.localFly();
  const plain = `  airworthy:flapsUrl: ${url}\n  airworthy:token: ${token}\n`;
  const { code, output } = await having("Pulumi.dev.yaml", remote[0], plain, () => hello.pulumi(["preview"]));
  expect(output).toMatch(/airworthy:token is in the stack's configuration in plain text/);
  expect(output).not.toContain(token);
  expect(code).not.toBe(0);
});

test("an endpoint that does not answer is named at preview", async () => {
  const endpoint = "  airworthy:flapsUrl: http://127.0.0.1:9\n";
  const { code, output } = await having("Pulumi.dev.yaml", remote[0], endpoint, () =>
    hello.pulumi(["preview"], { FLY_API_TOKEN: "fm2_planted_environment" }),
  );
  expect(output).toMatch(/Fly cannot be reached \(ECONNREFUSED\)/);
  expect(output).not.toContain("fm2_planted_environment");
  expect(code).not.toBe(0);
});

test("an app name that somebody else holds leaves nothing half-made", async () => {
  await hello.send("POST", "/_local/events", { kind: "foreign-app", name: "held-by-others", org: "strangers" });
  const { code, output } = await having("index.ts", "image:", 'appName: "held-by-others", image:', () =>
    hello.pulumi(["up", "--yes", "--skip-preview"]),
  );
  expect(output).toMatch(/create app "held-by-others".*Choose another name/s);
  expect(code).not.toBe(0);
  expect((await hello.mutations()).filter((operation) => operation !== "Apps_create")).toEqual([]);
});

test("a stack that lives on the local Fly is not taken to Fly.io, nor to another local Fly", async () => {
  await hello.ok("up", "--yes", "--skip-preview");
  const before = await hello.mutations();
  const there = await having("Pulumi.dev.yaml", ...remote, () =>
    hello.pulumi(["up", "--yes", "--skip-preview"], { FLY_API_TOKEN: "fm2_planted_environment" }),
  );
  expect(there.output).toMatch(
    /this stack's resources live in the local Fly .*, but the configuration leads to Fly\.io\. Nothing was changed/,
  );
  expect(there.code).not.toBe(0);
  const other = await hello.pulumi(["up", "--yes", "--skip-preview"], { AIRWORTHY_LOCAL_DIR: `${hello.dir}/another` });
  expect(other.output).toMatch(/live in the local Fly .*, but the configuration leads to the local Fly /);
  expect(other.code).not.toBe(0);
  expect(await hello.mutations()).toEqual(before);
});
