import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machine } from "../support/group.ts";
import { Workspace } from "../support/workspace.ts";

let compose: Workspace;
let reader: Workspace;
let jobs = "";
let api = "";

beforeAll(async () => {
  compose = await Workspace.of("examples/compose");
  // As in one clone: one state backend and one local Fly for both projects.
  const env = { PULUMI_BACKEND_URL: `file://${compose.dir}`, AIRWORTHY_LOCAL_DIR: `${compose.dir}/.airworthy` };
  reader = await Workspace.of("examples/compose-reader", undefined, { env });
});
afterAll(async () => {
  await reader?.remove();
  await compose?.remove();
});

const machinesOf = (app: string) => compose.send("GET", `/v1/apps/${app}/machines`) as Promise<Machine[]>;
const addressesOf = async (app: string) => {
  const { ips } = (await compose.send("GET", `/v1/apps/${app}/ip_assignments`)) as { ips: { ip: string }[] };
  return ips.map(({ ip }) => ip);
};

test("both previews break no rule at P1", async () => {
  expect(await compose.ok("preview")).not.toMatch(/\[mandatory\]/);
  await compose.ok("up", "--yes", "--skip-preview");
  expect(await reader.ok("preview")).not.toMatch(/\[mandatory\]/);
});

test("the api knows where its jobs go, and nobody outside can go there", async () => {
  const { url, internalUrl, jobsUrl } = (await compose.outputs()) as unknown as Record<string, string>;
  api = new URL(url ?? "").hostname.replace(".fly.dev", "");
  jobs = new URL(jobsUrl ?? "").hostname.replace(".flycast", "");
  expect(internalUrl).toBe(`http://web.process.${api}.internal:8080`);
  for (const { config } of await machinesOf(api)) expect(config.env["JOBS_URL"]).toBe(`http://${jobs}.flycast/jobs`);
  expect(await addressesOf(jobs)).toEqual([expect.stringMatching(/^fdaa:/)]);
  expect(await addressesOf(api)).toHaveLength(2);
  for (const { config } of await machinesOf(jobs)) expect(JSON.stringify(config)).not.toMatch(/force_https|"port":443/);
});

test("both apps have the database's address as a secret", async () => {
  for (const app of [api, jobs]) {
    const { secrets } = (await compose.send("GET", `/v1/apps/${app}/secrets`)) as { secrets: { name: string }[] };
    expect(secrets.map(({ name }) => name)).toEqual(["DATABASE_URL"]);
  }
  expect(await compose.export()).not.toMatch(/postgres(ql)?:\/\//);
});

test("the second stack reads where the first is reached", async () => {
  await reader.ok("up", "--yes", "--skip-preview");
  const { machineIds } = (await reader.outputs()) as unknown as { machineIds: Record<string, string[]> };
  const { apps } = (await compose.send("GET", "/v1/apps?org_slug=local")) as { apps: { name: string }[] };
  const reports = apps.map(({ name }) => name).find((name) => name.startsWith("compose-reader")) ?? "";
  const [machine] = await machinesOf(reports);
  expect(machineIds["nightly"]).toEqual([machine?.id]);
  expect(machine?.config.env["API_URL"]).toBe(`http://web.process.${api}.internal:8080`);
});

test("a second up of both changes nothing", async () => {
  const before = await compose.mutations();
  await compose.ok("up", "--yes", "--skip-preview", "--expect-no-changes");
  await reader.ok("up", "--yes", "--skip-preview", "--expect-no-changes");
  expect(await compose.mutations()).toEqual(before);
});

test("destroy takes both but the database, and that too once it is unprotected", async () => {
  await reader.ok("destroy", "--yes", "--skip-preview");
  await compose.ok("destroy", "--yes", "--skip-preview", "--exclude-protected");
  expect(await compose.export()).toContain("airworthy:index:ManagedPostgres");
  await compose.ok("state", "unprotect", "--all", "--yes");
  await compose.ok("destroy", "--yes", "--skip-preview");
  await compose.send("POST", "/_local/clock", { advanceMs: 120_000 });
  expect(await compose.send("GET", "/v1/apps?org_slug=local")).toMatchObject({ apps: [] });
  expect(await compose.export()).not.toContain("airworthy:index:ManagedPostgres");
});
