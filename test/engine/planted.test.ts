import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Workspace } from "../support/workspace.ts";

// Values that a scanner has to notice, with what JSON, URLs and shells have to escape, each in every place where somebody may put it.
const planted = 'Pl4nted/"inv+ented\\4711==';
const token = "fm2_lJPECAAAAAAAPLANTEDAAAAinventedforthistest4711==";
const values = [planted, token];

const spellings = values.flatMap((value) => {
  const json = JSON.stringify(value).slice(1, -1);
  const base64 = Buffer.from(value).toString("base64");
  return [value, json, JSON.stringify(json).slice(1, -1), encodeURIComponent(value), base64.replace(/=+$/, "")];
});
const found = (text: string) => spellings.filter((spelling) => text.includes(spelling));

const program = `import { ProcessGroup, ProductionApp } from "airworthy";
import { Config } from "@pulumi/pulumi/config.js";
const leaked = ${JSON.stringify(planted)};
const shop = new ProductionApp("shop", {
  image: "registry.fly.io/shop:latest",
  env: { SESSION_SECRET: leaked },
  secrets: { KEPT: new Config().requireSecret("kept") },
  groups: { web: { regions: { iad: 1 }, http: { port: 8080 } } },
});
new ProcessGroup("job", {
  app: shop.appName,
  name: "job",
  slots: [{ name: "a", region: "iad" }],
  config: { image: "registry.fly.io/shop:latest", init: { cmd: ["bin/job", "--password=" + leaked] }, metadata: { by: ${JSON.stringify(token)} } },
});
`;

const flyToml = `app = "shop"
primary_region = "iad"
[env]
SESSION_SECRET = '${planted}'
FLY_API_TOKEN = "${token}"
[http_service]
internal_port = 8080
`;

const formats = ["text", "json", "sarif", "markdown", "html"];
let shop: Workspace;

beforeAll(async () => {
  shop = await Workspace.of("examples/hello", undefined, { env: { AIRWORTHY_EVIDENCE: "evidence.jsonl" } });
  shop.write("index.ts", program);
  shop.write("airworthy.toml", 'profile = "staging"\n');
  await shop.pulumi(["config", "set", "--secret", "kept"], {}, planted);
});
afterAll(() => shop?.remove());

/** What the command printed, where it did what was asked: 2 would be that it could not. */
async function printed(...args: string[]): Promise<string> {
  const { code, output } = await shop.airworthy(...args);
  expect(`${args.join(" ")} ${code} ${code === 2 ? output : ""}`).toMatch(/ [01] $/);
  return output;
}

test.each(formats)("an audit of the program as %s finds the planted values and prints none", async (format) => {
  const output = await printed("audit", "--format", format, "--config", "airworthy.toml");
  expect(output).toMatch(/FLY-SEC-01[\s\S]*FLY-SEC-02|FLY-SEC-02[\s\S]*FLY-SEC-01/);
  expect(found(output)).toEqual([]);
});

test("what a deploy prints, and what the local Fly writes down of it, has none", async () => {
  const { output } = await shop.pulumi(["up", "--yes", "--skip-preview"], {
    AIRWORTHY_CONFIG: join(shop.dir, "airworthy.toml"),
    AIRWORTHY_FINDINGS: join(shop.dir, "findings.jsonl"),
  });
  expect(shop.read("findings.jsonl")).toContain("FLY-SEC-01");
  const { entries } = (await shop.send("GET", "/_local/journal?since=0")) as { entries: { operation: string }[] };
  expect(entries.map(({ operation }) => operation)).toContain("Machines_create");
  expect(found(output + JSON.stringify(entries))).toEqual([]);
});

test.each(formats)("an audit of the app that runs as %s finds the planted values and prints none", async (format) => {
  const app = new URL(String((await shop.outputs())["url"] ?? (await appUrl()))).hostname.replace(".fly.dev", "");
  const output = await printed("audit", "--app", app, "--local", "--format", format, "--config", "airworthy.toml");
  expect(output).toContain("FLY-SEC-01");
  expect(found(output)).toEqual([]);
});

/** The address of the one app there is. */
async function appUrl(): Promise<string> {
  const { apps } = (await shop.send("GET", "/v1/apps?org_slug=local")) as { apps: { name: string }[] };
  return `https://${apps[0]?.name}.fly.dev`;
}

test.each(formats)("the live check as %s prints none", async (format) => {
  const output = await printed("check", "--format", format);
  expect(output).toContain("Fly API");
  expect(found(output)).toEqual([]);
});

test.each(formats)("an audit of a fly.toml and a scan of its folder as %s find them and print none", async (format) => {
  shop.write("fly.toml", flyToml);
  shop.write(
    "Dockerfile",
    `FROM node:24@sha256:${"ab".repeat(32)}\nENV SESSION_SECRET='${planted}'\nARG FLY_API_TOKEN=${token}\n`,
  );
  shop.write("deploy.sh", `export FLY_API_TOKEN="FlyV1 ${token}"\n`);
  const audit = await printed("audit", "--toml", "fly.toml", "--format", format, "--config", "airworthy.toml");
  expect(audit).toContain("FLY-SEC-01");
  const scan = await printed("scan", ".", "--format", format);
  for (const file of ["Dockerfile", "deploy.sh", "fly.toml"]) expect(scan).toContain(file);
  expect(found(audit + scan)).toEqual([]);
});

test("a drill's command may print them, and the evidence has none", async () => {
  shop.write(
    "server.mjs",
    `import { createServer } from "node:http";
console.log(${JSON.stringify(planted)}); console.error(${JSON.stringify(token)});
const answer = (response) => response.end(${JSON.stringify(planted)});
const server = createServer((_, response) => setTimeout(answer, 1500, response)).listen(Number(process.env.PORT));
process.on("SIGTERM", () => server.close(() => process.exit(0)));
`,
  );
  const command = ["sh", "-c", "PORT=18471 exec node server.mjs"];
  const output = await printed("drill", "sigterm", "--port", "18471", "--", ...command);
  const evidence = shop.read("evidence.jsonl");
  expect(evidence).toMatch(/"drill":"scan"[\s\S]*"drill":"sigterm"/);
  expect(found(output + evidence)).toEqual([]);
});

test("no file that is written beside the program, the state included, has one in clear", () => {
  const mine = new Set(["index.ts", "fly.toml", "Dockerfile", "deploy.sh", "server.mjs"]);
  const files = [".", ".airworthy"].flatMap((folder) =>
    readdirSync(join(shop.dir, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile() && !mine.has(entry.name))
      .map(({ name }) => join(folder, name)),
  );
  expect(files).toEqual(expect.arrayContaining([".airworthy/local.log", "evidence.jsonl", "findings.jsonl"]));
  // The state has what the program put in clear into a machine's environment, and Pulumi shows it: that is the finding.
  const written = files.filter((file) => !/state\.db/.test(file));
  // The local Fly may leave meanwhile, and takes along where it served.
  const text = (file: string) => (existsSync(join(shop.dir, file)) ? readFileSync(join(shop.dir, file), "utf8") : "");
  expect(written.filter((file) => found(text(file)).length > 0)).toEqual([]);
});
