import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Evidence } from "../../cli/drill/evidence.ts";
import { spellings } from "../cli/drill/drill-run.ts";
import { isAlive } from "../support/alive.ts";
import { Workspace } from "../support/workspace.ts";

const main = join(import.meta.dirname, "..", "..", "cli", "main.ts");

const image = (number: number) => `registry.fly.io/hello@sha256:${String(number).repeat(64)}`;
const planted = 'PLANTED/key+"of a program"';
/** A program that prints a secret of its configuration in every spelling. */
const program = (where: string) => `
import { Config } from "@pulumi/pulumi/config.js";
import { ProductionApp } from "airworthy";
const config = new Config();
const key = process.env.PULUMI_NODEJS_STACK && ${JSON.stringify(planted)};
for (const text of [key, btoa(key), encodeURIComponent(key), JSON.stringify(key)]) console.error(text);
new ProductionApp("hello", { appName: "hello-drilled", image: ${where}, env: { KEY: config.requireSecret("key") },
  groups: { web: { regions: { iad: 1, lhr: 1 }, http: { port: 8080 } } } });
`;

let hello: Workspace;
/** Where drills lay out their folders: nobody else's are there. */
const temporary = mkdtempSync(join(tmpdir(), "airworthy-"));
/** Read by every command of the workspace. */
const env: NodeJS.ProcessEnv = { TMPDIR: temporary };

beforeAll(async () => {
  hello = await Workspace.of("examples/hello", undefined, { env });
  hello.write("index.ts", program('config.require("image")'));
  await hello.ok("config", "set", "--secret", "key", planted);
});
afterAll(async () => {
  await hello?.remove();
  rmSync(temporary, { recursive: true, force: true });
});

const evidence = (): Evidence[] => {
  if (!existsSync(join(hello.dir, "airworthy.evidence.jsonl"))) return [];
  const lines = hello.read("airworthy.evidence.jsonl").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Evidence);
};

/** Those that are there. */
const folders = () => readdirSync(temporary).filter((name) => name.startsWith("airworthy-drill-"));

const passed =
  /^\[PASS\] rollback: on a local Fly of its own: a release whose process ended at once went back by itself in [\d.]+ s; `airworthy rollback` brought 2 machines back to image and config of the release before in [\d.]+ s \(hello-drilled\/web 2 => 1\)$/m;

test("rollback is drilled in a world of its own, and of the user's nothing is touched or shown", async () => {
  const before = hello.read("Pulumi.dev.yaml");
  const laid = folders();
  const { code, output } = await hello.airworthy("drill", "rollback");
  expect(output).toMatch(passed);
  expect(code).toBe(0);
  expect(evidence()).toMatchObject([
    { drill: "rollback", app: "*", result: "passed", release: "hello-drilled/web 2 => 1" },
  ]);
  expect(hello.read("Pulumi.dev.yaml")).toBe(before);
  expect(JSON.parse(await hello.export()).deployment.resources ?? []).toEqual([]);
  expect(existsSync(join(hello.dir, ".airworthy"))).toBe(false);
  expect(folders()).toEqual(laid);
  for (const text of spellings(planted)) expect(output + JSON.stringify(evidence())).not.toContain(text);
});

test("an image that the program's text names is another in a copy of it", async () => {
  hello.write("index.ts", program(JSON.stringify(image(1))));
  const { output } = await hello.airworthy("drill", "rollback");
  expect(output).toContain("breaking it: another image in a copy of index.ts, whose process ends at once");
  expect(output).toMatch(passed);
  expect(hello.read("index.ts")).toContain(image(1));
});

test("a program that rolls anything out fails the drill, and one that wants a look does not go back", async () => {
  const deployed = (deploy: string) =>
    hello.write("index.ts", program(JSON.stringify(image(1))).replace("groups:", `deploy: ${deploy}, groups:`));
  // By the rules of production nobody may.
  hello.write("airworthy.toml", 'profile = "staging"\n');
  env["AIRWORTHY_CONFIG"] = join(hello.dir, "airworthy.toml");
  deployed('{ strategy: "immediate" }');
  const { code, output } = await hello.airworthy("drill", "rollback");
  expect([code, output]).toEqual([
    1,
    expect.stringContaining("[FAIL] rollback: a release whose process ends at once was rolled out without an error"),
  ]);
  deployed('{ onFailure: "pause" }');
  const paused = await hello.airworthy("drill", "rollback");
  expect([paused.code, paused.output]).toEqual([
    0,
    expect.stringContaining("stayed for a look, as declared; `airworthy rollback` brought 2"),
  ]);
});

test("what cannot be broken or would make things elsewhere is said, and nothing is recorded", async () => {
  const recorded = evidence().length;
  hello.write("index.ts", program('["registry.fly.io", "hello@sha256:" + "1".repeat(64)].join("/")'));
  const { code, output } = await hello.airworthy("drill", "rollback");
  expect([code, output]).toEqual([2, expect.stringContaining("say what makes a new release with --break key=value")]);
  const staging = await hello.airworthy("drill", "rollback", "--stack", "dev");
  expect([staging.code, staging.output]).toEqual([2, expect.stringContaining("name with --break key=value")]);
  expect(evidence()).toHaveLength(recorded);
});

test("on a stack of its own it breaks, restores, goes back and forth, and leaves all as it was", async () => {
  hello.write("index.ts", program('config.require("image")'));
  for (const number of [1, 2]) {
    await hello.ok("config", "set", "image", image(number));
    await hello.ok("up", "--yes", "--skip-preview");
  }
  const settings = hello.read("Pulumi.dev.yaml");
  await hello.send("POST", "/_local/events", { kind: "exiting-image", image: image(3) });
  const drill = ["drill", "rollback", "--stack", "dev", "--local", "--break", `image=${image(3)}`];
  const asked = await hello.airworthy(...drill);
  expect([asked.code, asked.output]).toEqual([
    2,
    expect.stringContaining("it asks first, which needs a terminal, or --yes"),
  ]);
  const { code, output } = await hello.airworthy(...drill, "--yes");
  expect(output).toMatch(
    /\[PASS\] rollback: on stack dev: `pulumi up` of a broken release failed, and [\d.]+ s after it began all machines ran what they ran before; `airworthy rollback` was at the release before in [\d.]+ s \(hello-drilled\/web 2 => 1\), and --lift brought it back/,
  );
  expect(code).toBe(0);
  expect(hello.read("Pulumi.dev.yaml")).toBe(settings);
  await hello.ok("up", "--yes", "--skip-preview", "--expect-no-changes");
  const machines = (await hello.send("GET", "/v1/apps/hello-drilled/machines")) as { config: { image: string } }[];
  expect(machines.map(({ config }) => config.image)).toEqual([image(2), image(2)]);
});

test("interrupted while it deploys it leaves no folder, no local Fly and no evidence", async () => {
  const [laid, recorded] = [folders(), evidence().length];
  const own = {
    ...process.env,
    TMPDIR: temporary,
    PULUMI_BACKEND_URL: `file://${hello.dir}`,
    PULUMI_CONFIG_PASSPHRASE: "of a test",
  };
  const child = spawn(process.execPath, [main, "drill", "rollback", "--config", "dev", "--log", "pulumi.log"], {
    cwd: hello.dir,
    env: own,
  });
  let output = "";
  let local: number | undefined;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    if (!text.includes("deploying the program")) return;
    const [folder = ""] = folders().filter((name) => !laid.includes(name));
    local = JSON.parse(readFileSync(join(temporary, folder, ".airworthy", "local.json"), "utf8")).pid;
    child.kill("SIGINT");
  });
  const code = await new Promise((resolve) => child.on("close", resolve));
  if (code !== 130) throw new Error(`ended with ${code}:\n${output}${hello.read("pulumi.log")}`);
  expect([code, output]).toEqual([130, expect.stringContaining("interrupted; nothing was recorded")]);
  expect(folders()).toEqual(laid);
  expect(evidence()).toHaveLength(recorded);
  await expect.poll(() => isAlive(local as number), { timeout: 10_000 }).toBe(false);
});
