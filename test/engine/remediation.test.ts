import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Workspace } from "../support/workspace.ts";

// One mistake that is safe to mend, one that has to be asked for, and beside them a secret and what is known only after `up`.
const program = `
import { secret } from "@pulumi/pulumi/output.js";
import { App, IpAddress, ProcessGroup, Volume } from "airworthy";
const app = new App("shop", { name: "airworthy-remedied" }, { protect: true });
const address = new IpAddress("shop-v6", { app: app.name, type: "v6" });
new Volume("data", { app: app.name, name: "data", region: "iad", sizeGb: 1, snapshotRetention: 5 }, { protect: true });
new ProcessGroup("worker", {
  app: app.name,
  name: "worker",
  slots: [{ name: "a", region: "iad" }],
  config: {
    image: "registry.fly.io/shop@sha256:${"8c1d5e0f7a2b4936".repeat(4)}",
    env: { GREETING: secret("Invented-Greeting"), ADDRESS: address.ip },
    stopConfig: { signal: "SIGKILL", timeout: "5s" },
  },
});
`;

let shop: Workspace;
const withFile = (toml: string, ...args: string[]) => {
  shop.write("airworthy.toml", toml);
  return shop.pulumi(args, { AIRWORTHY_CONFIG: join(shop.dir, "airworthy.toml") });
};
const inputsOf = async (type: string) => {
  const { deployment } = JSON.parse(await shop.export("--show-secrets")) as {
    deployment: { resources: { type: string; inputs: Record<string, never> }[] };
  };
  return deployment.resources.find((resource) => resource.type === `airworthy:index:${type}`)?.inputs;
};

beforeAll(async () => {
  shop = await Workspace.of("examples/hello");
  shop.write("index.ts", program);
});
afterAll(() => shop?.remove());

test("without the file's word a preview refuses, and says nothing of remedies", async () => {
  const { code, output } = await withFile("", "preview");
  expect(code).not.toBe(0);
  expect(output).toContain("FLY-VOL-02");
  expect(output).not.toContain("[remediate]");
});

test("with it, what is safe is mended on the way to Fly, and the rest is as the program has it", async () => {
  const { code, output } = await withFile("remediate = true\n", "up", "--yes");
  expect(output).toMatch(/\[remediate\].* volume-snapshots /);
  expect(output).not.toContain("FLY-VOL-02");
  expect(output).toContain("FLY-SHD-01");
  expect(output).not.toContain("Invented-Greeting");
  expect(code, output).toBe(0);

  expect(await inputsOf("Volume")).toMatchObject({ snapshotRetention: 14, sizeGb: 1 });
  const group = await inputsOf("ProcessGroup");
  expect(group).toMatchObject({ config: { stopConfig: { signal: "SIGKILL", timeout: "30s" } } });
  const [machine] = (await shop.send("GET", "/v1/apps/airworthy-remedied/machines")) as {
    config: { env: Record<string, string>; stop_config: { signal: string; timeout: string } };
  }[];
  expect(machine?.config.stop_config).toMatchObject({ signal: "SIGKILL", timeout: "30s" });
  expect(machine?.config.env["GREETING"]).toBe("Invented-Greeting");
  expect(machine?.config.env["ADDRESS"]).toContain(":");
  expect(await shop.export()).not.toContain("Invented-Greeting");
});

test("the next preview has nothing to change, and a rule that is named mends what behaves otherwise then", async () => {
  const same = await withFile("remediate = true\n", "preview", "--expect-no-changes");
  expect(same.code, same.output).toBe(0);
  const named = await withFile('remediate = ["volume-snapshots", "stop-timeout", "stop-signal"]\n', "up", "--yes");
  expect(named.code, named.output).toBe(0);
  expect(named.output).not.toContain("FLY-SHD-01");
  const [machine] = (await shop.send("GET", "/v1/apps/airworthy-remedied/machines")) as {
    config: { stop_config: { signal: string } };
  }[];
  expect(machine?.config.stop_config.signal).toBe("SIGTERM");
});
