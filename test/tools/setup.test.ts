import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { folder, printing, tool } from "./tool.ts";

const { cachedNode, nodeDir } = await tool("node");
const { isInstalled } = await tool("install");
const { isBuilt, sourceDigest, stampBuilt } = await tool("source-stamp");

test("a Node that strips types is used as it is", async () => {
  expect(await nodeDir({}, { version: "v22.18.0", path: "/opt/node/bin/node" })).toBe("/opt/node/bin");
});

test("an old Node is replaced by the one brought before, without npm", async () => {
  const home = folder({ "airworthy/node/24.21.0/bin/node": printing("v24.21.0") });
  const dir = await nodeDir({ PULUMI_HOME: home, PATH: "/nowhere" }, { version: "v20.20.2", path: "/usr/bin/node" });
  expect(dir).toBe(join(home, "airworthy/node/24.21.0/bin"));
});

test("a half-brought Node is not used", () => {
  expect(
    cachedNode({ PULUMI_HOME: folder({ "airworthy/node/.part-x/package/bin/node": printing("x") }) }),
  ).toBeUndefined();
});

test("an old Node without npm is one error that says what to install", async () => {
  const bringing = nodeDir({ PULUMI_HOME: folder(), PATH: "/nowhere" }, { version: "v20.20.2", path: "/usr/bin/node" });
  await expect(bringing).rejects.toThrow(/Node 22\.18\.0 or later is needed, this is v20\.20\.2.*Install Node 24/);
});

const lock = (packages: object) => JSON.stringify({ packages: { "": {}, ...packages } });
const zod = { "node_modules/zod": { version: "4.6.7", integrity: "sha512-a" } };

test.each<[string, Record<string, string>, boolean]>([
  ["all of the lock file is there", { "node_modules/.package-lock.json": lock(zod) }, true],
  ["nothing is installed", {}, false],
  ["an install broke off before its end", { "node_modules/zod/package.json": "{}" }, false],
  [
    "the lock file names another version",
    { "node_modules/.package-lock.json": lock({ "node_modules/zod": { version: "4.6.6", integrity: "sha512-b" } }) },
    false,
  ],
])("when %s, installed is %3$s", (_, files, answer) => {
  expect(isInstalled(folder({ "package-lock.json": lock(zod), ...files }))).toBe(answer);
});

test("another platform's optional package may be missing", () => {
  const optional = { "node_modules/esbuild-other": { version: "1.0.0", integrity: "sha512-c", optional: true } };
  const files = { "package-lock.json": lock({ ...zod, ...optional }), "node_modules/.package-lock.json": lock(zod) };
  expect(isInstalled(folder(files))).toBe(true);
});

test("a build is stale after any change of a source, a new file or a lost stamp, and not after a mere touch", () => {
  const dir = folder({ "fly/app.ts": "1", "tsconfig.json": "{}", "dist/x": "" });
  expect(isBuilt(dir)).toBe(false);
  stampBuilt(sourceDigest(dir), dir);
  expect(isBuilt(dir)).toBe(true);
  writeFileSync(join(dir, "fly/app.ts"), "1");
  expect(isBuilt(dir)).toBe(true);
  writeFileSync(join(dir, "fly/volume.ts"), "2");
  expect(isBuilt(dir)).toBe(false);
  stampBuilt(sourceDigest(dir), dir);
  writeFileSync(join(dir, "fly/app.ts"), "3");
  expect(isBuilt(dir)).toBe(false);
  rmSync(join(dir, "dist"), { recursive: true });
  expect(isBuilt(dir)).toBe(false);
});

const { environmentFile } = await tool("environment");
const { prepareState, requiredSecrets } = await tool("dev-stack");

test("a shell that sources airworthy.env has the clone's state, passphrase and policy pack, and its tools first", () => {
  const base = folder({ "a 'quoted' place/Pulumi.yaml": "name: shop\n" });
  const clone = join(base, "a 'quoted' place");
  const tools = { node: "/cache/node/bin", pulumi: { dir: "/cache/pulumi/bin", version: "3.259.0", own: false } };
  writeFileSync(join(clone, "airworthy.env"), environmentFile({ PULUMI_HOME: "/cache" }, tools, clone));
  const { stdout } = spawnSync("/bin/sh", ["-c", ". ./airworthy.env; env"], {
    cwd: clone,
    env: { PATH: "/usr/bin:/bin", PULUMI_CONFIG_PASSPHRASE: "of another project" },
    encoding: "utf8",
  });
  const env = Object.fromEntries(stdout.split("\n").map((line) => line.split(/=(.*)/s).slice(0, 2)));
  expect(env).toMatchObject({
    PULUMI_HOME: "/cache",
    PULUMI_CONFIG_PASSPHRASE_FILE: join(clone, ".airworthy", "passphrase"),
    PULUMI_OPTION_POLICY_PACK: join(clone, "policies", "fly-production"),
    PATH: `/cache/node/bin:/cache/pulumi/bin:${join(clone, "node_modules", ".bin")}:/usr/bin:/bin`,
  });
  expect(env.PULUMI_BACKEND_URL).toMatch(/^file:\/\/.*\/\.airworthy\/pulumi$/);
  expect(env.PULUMI_CONFIG_PASSPHRASE).toBeUndefined();
});

test("each clone has a passphrase of its own, made once, that others cannot read", () => {
  const clones = [folder(), folder()];
  const passphrases = clones.map((clone) => {
    prepareState(clone);
    const first = readFileSync(join(clone, ".airworthy/passphrase"), "utf8");
    prepareState(clone);
    expect(readFileSync(join(clone, ".airworthy/passphrase"), "utf8")).toBe(first);
    expect(statSync(join(clone, ".airworthy/passphrase")).mode & 0o777).toBe(0o600);
    expect(statSync(join(clone, ".airworthy")).mode & 0o777).toBe(0o700);
    return first;
  });
  expect(passphrases[0]).not.toBe(passphrases[1]);
});

test("secrets that a program requires are found, optional ones and plain values are not", () => {
  const program = `c.requireSecret("a"); c.requireSecret<string>( 'b-c' ); c.getSecret("d"); c.require("e");`;
  expect(requiredSecrets(program)).toEqual(["a", "b-c"]);
});

test("what only the clone's passphrase can read stays out of git, everything else of the stack's file does not", () => {
  const committed = "# pinned\nconfig:\n  shop:image: a@sha256:1\n  shop:list:\n    - a\n";
  const clone = folder({ "Pulumi.yaml": "name: shop\n", "Pulumi.dev.yaml": committed });
  writeFileSync(join(clone, ".gitattributes"), readFileSync(new URL("../../.gitattributes", import.meta.url)));
  const git = (...args: string[]) => {
    const identity = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
    const { status, stdout, stderr } = spawnSync("git", [...identity, ...args], { cwd: clone, encoding: "utf8" });
    expect(stderr + status).toMatch(/0$/);
    return stdout;
  };
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "first");
  prepareState(clone);
  const own = "  shop:key:\n    secure: v1:abc\nencryptionsalt: v1:def\n";
  writeFileSync(join(clone, "Pulumi.dev.yaml"), `${committed}${own}`);
  expect(git("diff")).toBe("");
  writeFileSync(join(clone, "Pulumi.dev.yaml"), `${committed.replace("sha256:1", "sha256:2")}${own}`);
  git("commit", "-qam", "another image");
  expect(git("show", "HEAD:Pulumi.dev.yaml")).toBe(committed.replace("sha256:1", "sha256:2"));
});
