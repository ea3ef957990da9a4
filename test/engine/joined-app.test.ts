import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machine } from "../support/group.ts";
import { ruleIds, Workspace } from "../support/workspace.ts";

const program = `
import { Config } from "@pulumi/pulumi/config.js";
import { App, ProductionApp } from "airworthy";

const app = new App("shared", { name: "acme-joined" }, { protect: true });
const ledger = new ProductionApp("ledger", {
  app,
  image: new Config().require("image"),
  groups: {
    ledger: {
      regions: { iad: 1 },
      replicas: "single-writer",
      http: { port: 8080 },
      metrics: { port: 9091 },
      volume: { path: "/data", sizeGb: 1 },
    },
  },
  transform: {
    ipAddress: ({ name }) => (name === "ledger-v4" ? { args: { type: "v4" } } : undefined),
    processGroup: ({ args }) => ({ args: { config: { ...args.config, metadata: { team: "books" } } } }),
  },
});
export const { url, appName } = ledger;
`;

const deployed = `registry.fly.io/acme@sha256:${"2".repeat(64)}`;
let ledger: Workspace;

beforeAll(async () => {
  ledger = await Workspace.of("examples/hello");
  ledger.edit("index.ts", () => program);
});
afterAll(() => ledger?.remove());

const machine = async () => ((await ledger.send("GET", "/v1/apps/acme-joined/machines")) as Machine[])[0] as Machine;

test("a single writer breaks no rule at P1, and one at P2 says what is lost", async () => {
  const output = await ledger.ok("preview");
  expect(output).not.toContain("[mandatory]");
  expect(ruleIds(output)).not.toContain("FLY-AVL-02");
  expect(output).toMatch(/\[severity: medium\].*two-machines.*\n.*`replicas: "single-writer"`.*last snapshot/);
});

test("the component joins the app of the program and makes none", async () => {
  await ledger.ok("up", "--yes", "--skip-preview");
  const { apps } = (await ledger.send("GET", "/v1/apps?org_slug=local")) as { apps: { name: string }[] };
  expect(apps.map(({ name }) => name)).toEqual(["acme-joined"]);
  expect(await ledger.outputs()).toEqual({ url: "https://acme-joined.fly.dev", appName: "acme-joined" });
});

test("what transform changed is at Fly, and what it did not is as ever", async () => {
  expect((await machine()).config.metadata["team"]).toBe("books");
  const { ips } = (await ledger.send("GET", "/v1/apps/acme-joined/ip_assignments")) as {
    ips: { ip: string; shared: boolean }[];
  };
  expect(ips.filter(({ shared }) => shared)).toEqual([]);
  expect(ips).toHaveLength(2);
});

test('"running" keeps the image that something else deployed', async () => {
  await ledger.ok("config", "set", "image", "running");
  const { id, config } = await machine();
  await ledger.send("POST", `/v1/apps/acme-joined/machines/${id}`, { config: { ...config, image: deployed } });
  await ledger.ok("up", "--yes", "--refresh");
  expect((await machine()).config.image).toBe(deployed);
  ledger.edit("index.ts", (text) => text.replace('team: "books"', 'team: "sales"'));
  await ledger.ok("up", "--yes", "--skip-preview");
  const { config: after } = await machine();
  expect([after.image, after.metadata["team"]]).toEqual([deployed, "sales"]);
});
