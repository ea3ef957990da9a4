import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Resource, rules } from "../../policies/index.ts";
import { app, cluster, group, secrets, service, slots, volume } from "./fixture.ts";

// The pack as a process of its own, asked over gRPC as the Pulumi CLI asks it: what the SDK makes of a report is in it.
const folder = fileURLToPath(new URL("../../policies", import.meta.url));
// How the engine writes an unknown value on the wire.
const unknownOnTheWire = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const levels = ["advisory", "mandatory", "disabled", "remediate"];

let pack: ChildProcess;
let client: InstanceType<typeof services.AnalyzerClient>;
let said = "";
const kept = mkdtempSync(join(tmpdir(), "airworthy-"));
const file = join(kept, "airworthy.toml");

beforeAll(async () => {
  const attestation = { app: "shop", where: "a place that was invented", by: "the test" };
  const entry = Object.entries(attestation).map(([key, text]) => `${key} = "${text}"`);
  const entries = ["OBS-01", "OBS-02", "VOL-07", "ORG-02"].map((rule) =>
    ["[[attestation]]", `rule = "FLY-${rule}"`, ...entry, `on = ${new Date().toISOString().slice(0, 10)}`].join("\n"),
  );
  writeFileSync(file, entries.join("\n"));
  const env = { ...process.env, AIRWORTHY_CONFIG: file };
  pack = spawn(process.execPath, ["main.ts"], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  pack.stderr?.on("data", (text) => {
    said += text;
  });
  const [port] = await once(pack.stdout as NonNullable<ChildProcess["stdout"]>, "data");
  client = new services.AnalyzerClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
}, 30_000);

afterAll(async () => {
  client?.close();
  pack.kill("SIGINT");
  await once(pack, "exit");
  rmSync(kept, { recursive: true });
});

const ask = <Answer>(call: (answer: (error: Error | null, value?: Answer) => void) => void) =>
  new Promise<Answer>((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value as Answer))));

function analyzed<Message extends messages.AnalyzeRequest | messages.AnalyzerResource>(
  message: Message,
  { type, name, urn, props, protect, madeFrom = {} }: Resource,
): Message {
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(protect);
  message.setType(type);
  message.setName(name);
  message.setUrn(urn);
  message.setProperties(struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(props))));
  message.setOptions(options);
  for (const [property, urns] of "getPropertydependenciesMap" in message ? Object.entries(madeFrom) : []) {
    const dependencies = new messages.AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    (message as messages.AnalyzerResource).getPropertydependenciesMap().set(property, dependencies);
  }
  return message;
}

const lines = (answer: messages.AnalyzeResponse) =>
  answer
    .getDiagnosticsList()
    .map((one) => `${levels[one.getEnforcementlevel()]} ${one.getPolicyname()} ${one.getMessage()}`);

const resourceLines = async (resource: Resource) =>
  lines(await ask((done) => client.analyze(analyzed(new messages.AnalyzeRequest(), resource), done)));

async function stackLines(...resources: Resource[]) {
  const request = new messages.AnalyzeStackRequest();
  request.setResourcesList(resources.map((one) => analyzed(new messages.AnalyzerResource(), one)));
  return lines(await ask((done) => client.analyzeStack(request, done)));
}

test("every rule is a policy under its slug, with its thresholds, at the level of the profile", async () => {
  const { Empty } = (await import("google-protobuf/google/protobuf/empty_pb.js")).default;
  const info = await ask<messages.AnalyzerInfo>((done) => client.getAnalyzerInfo(new Empty(), done));
  const found = info.getPoliciesList().map((one) => [one.getName(), levels[one.getEnforcementlevel()]]);
  expect(found).toEqual(rules.map(({ slug, priority }) => [slug, priority === "P1" ? "mandatory" : "advisory"]));
  const snapshots = info.getPoliciesList().find((one) => one.getName() === "volume-snapshots");
  expect(snapshots?.getConfigschema()?.getProperties()?.toJavaScript()).toMatchObject({ days: { default: 14 } });
});

test("the profile in force and the file are said once", () => {
  expect(said).toBe(`fly-production: profile production of ${file}\n`);
});

test("a file that cannot be read ends the pack with one line that names it", async () => {
  const absent = join(kept, "none.toml");
  const other = spawn(process.execPath, ["main.ts"], {
    cwd: folder,
    env: { ...process.env, AIRWORTHY_CONFIG: absent },
  });
  let error = "";
  other.stderr.on("data", (text) => {
    error += text;
  });
  expect((await once(other, "exit"))[0]).toBe(1);
  expect(error).toMatch(/^fly-production: read .*none\.toml, named by AIRWORTHY_CONFIG: ENOENT.*\n$/);
}, 30_000);

test("what a property is made from is seen before the property is known, and what is attested counts", async () => {
  const db = cluster({ region: "fra" });
  const told = secrets({ DATABASE_URL: unknownOnTheWire }, { madeFrom: { values: [db.urn] } });
  expect(await stackLines(app(), db, told, group())).toEqual([
    expect.stringMatching(
      /^advisory postgres-near-app FLY-PGS-05 cluster db: region is fra, while app shop is mainly in iad/,
    ),
  ]);
  const [line] = (await stackLines(app({ name: "other" }))).filter((one) => one.includes("FLY-OBS-02"));
  expect(line).toContain("alerts are not in the program, nor attested");
});

test("a finding begins with the rule's id and is as strict as its priority", async () => {
  expect(await resourceLines(volume({ encrypted: false }))).toEqual([
    expect.stringMatching(/^mandatory volume-encrypted FLY-VOL-01 volume data of app shop: encrypted is false/),
  ]);
});

test("a finding of lower priority than its rule is advisory under the rule's own name", async () => {
  expect(await resourceLines(group({}, { slots: slots("iad", "xyz") }))).toEqual([
    expect.stringMatching(/^advisory current-region FLY-AVL-03 group web of app shop: slots\[1\]\.region is xyz/),
  ]);
});

test("an unknown makes one advisory of its own, and the same rule still refuses what is known", async () => {
  const found = await stackLines(group({}, { slots: unknownOnTheWire }), {
    ...group({ services: [{ ...service, autostop: "off" }] }, { name: "api", slots: slots("iad") }),
    urn: "urn:api",
  });
  expect(found.filter((line) => line.includes("two-machines"))).toEqual([
    "advisory two-machines FLY-AVL-01 group web of app shop: could not be judged: slots is not known before `up`.",
    expect.stringMatching(/^mandatory two-machines FLY-AVL-01 group api of app shop: slots has 1 machine/),
  ]);
});

test("protection is seen, and a resource of another provider is not looked at", async () => {
  const elsewhere = { ...app(), type: "aws:s3:Bucket", urn: "urn:bucket" };
  expect(await stackLines(app(), volume(), elsewhere)).toEqual([
    expect.stringMatching(/^mandatory data-protected FLY-VOL-03 app shop: option protect is not set/),
  ]);
});

test("a configured threshold and level win over ours, but do not make a demoted finding strict", async () => {
  const request = new messages.ConfigureAnalyzerRequest();
  const configured = (level: number, properties: Record<string, number>) => {
    const config = new messages.PolicyConfig();
    config.setEnforcementlevel(level as 0 | 1);
    config.setProperties(struct.Struct.fromJavaScript(properties));
    return config;
  };
  request.getPolicyconfigMap().set("volume-snapshots", configured(0, { days: 20 }));
  request.getPolicyconfigMap().set("stop-timeout", configured(1, {}));
  await ask((done) => client.configure(request, done));
  expect(await resourceLines(volume())).toEqual([
    expect.stringMatching(/^advisory volume-snapshots FLY-VOL-02 .* is 14 days; want 20 to 60 days/),
  ]);
  const stopping = async (timeout: string) =>
    (await resourceLines(group({ stopConfig: { signal: "SIGTERM", timeout } })))[0]?.split(" ")[0];
  expect([await stopping("5s"), await stopping("15s")]).toEqual(["mandatory", "advisory"]);
});
