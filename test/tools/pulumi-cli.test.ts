import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, symlinkSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { folder, printing, tool } from "./tool.ts";

const { pulumiOnPath, pulumiCli, isKept } = await tool("pulumi-cli");
const { buildPulumi } = await tool("go-build");

const noNotes = { read: () => undefined, write: () => {} };
const bin = "versions/3.259.0/bin";
const pathOf = (...dirs: string[]) => [...dirs, "/usr/bin", "/bin"].join(delimiter);

test("a pulumi of the user's that is new enough is used", () => {
  const own = folder({ "bin/pulumi": printing("v3.260.1") });
  expect(pulumiOnPath({ PATH: pathOf(join(own, "bin")) })).toEqual({
    dir: join(own, "bin"),
    file: join(own, "bin", "pulumi"),
    version: "3.260.1",
  });
});

test("one that is too old is passed over for a newer one behind it", () => {
  const dir = folder({ "old/pulumi": printing("v3.249.9"), "new/pulumi": printing("v3.250.0") });
  expect(pulumiOnPath({ PATH: pathOf(join(dir, "old"), join(dir, "new")) })?.version).toBe("3.250.0");
});

test("npm's shim is not a CLI, even through the link that .bin is", () => {
  const dir = folder({ "node_modules/pulumi/run.js": printing("v3.259.0"), "node_modules/.bin/x": "" });
  symlinkSync("../pulumi/run.js", join(dir, "node_modules/.bin/pulumi"));
  expect(pulumiOnPath({ PATH: pathOf(join(dir, "node_modules/.bin")) })).toBeUndefined();
});

test("the kept CLI on the PATH of a shell that sourced airworthy.env is not taken for the user's own", () => {
  const home = folder({ [`${bin}/pulumi`]: printing("v3.259.0") });
  expect(pulumiOnPath({ PATH: pathOf(join(home, bin)), PULUMI_HOME: home })).toBeUndefined();
});

const official = Object.fromEntries(
  ["pulumi", "pulumi-language-nodejs", "pulumi-language-python"].map((name) => [`${bin}/${name}`, printing("x")]),
);

test("a CLI that was built here with another language host than there is now is built again", () => {
  const { [`${bin}/pulumi-language-python`]: _, ...built } = official;
  expect(isKept({ PULUMI_HOME: folder({ ...built, [`${bin}/airworthy-language-host`]: "of before" }) })).toBe(false);
  expect(isKept({ PULUMI_HOME: folder(built) })).toBe(false);
});

test("a kept CLI is used without a download or a build", async () => {
  const home = folder(official);
  const cli = await pulumiCli({ PATH: "/nowhere", PULUMI_HOME: home }, noNotes);
  expect(cli).toEqual({ dir: join(home, bin), version: "3.259.0", own: false });
});

test.each<[string, Record<string, string>]>([
  ["an empty file", { ...official, [`${bin}/pulumi`]: "" }],
  ["a file that is not executable", { ...official, [`${bin}/pulumi`]: "half" }],
  ["a language host without its CLI", { [`${bin}/pulumi-language-nodejs`]: printing("x") }],
  ["a CLI without its language host", { [`${bin}/pulumi`]: printing("x") }],
  ["what an interrupted build left in its own folder", { "versions/3.259.0/.part-a1/pulumi": printing("x") }],
])("%s is not a kept CLI", (_, files) => {
  expect(isKept({ PULUMI_HOME: folder(files) })).toBe(false);
});

test("a build that fails half-way leaves no CLI, no folder of its own, and says where it stopped", async () => {
  const failing = `#!/bin/sh
case "$1" in env) echo go1.99.0; exit;; esac
while [ $# -gt 0 ]; do [ "$1" = -o ] && echo half > "$2/pulumi" && chmod +x "$2/pulumi"; shift; done
echo "go: downloading example.com/broken v1.0.0" >&2
exit 1
`;
  const env = { PATH: pathOf(folder({ go: failing })), PULUMI_HOME: folder() };
  await expect(buildPulumi(env)).rejects.toThrow(/go build of the Pulumi CLI ended with 1 .*\n.*example\.com\/broken/);
  expect(isKept(env)).toBe(false);
  expect(readdirSync(join(env.PULUMI_HOME, "versions/3.259.0"))).toEqual(["bin"]);
  expect(readdirSync(join(env.PULUMI_HOME, bin))).toEqual([]);
});

test("npx finds the user's own CLI where it looks, under that CLI's version", async () => {
  const own = folder({ "bin/pulumi": printing("v3.260.1") });
  const home = folder();
  await pulumiCli({ PATH: pathOf(join(own, "bin")), PULUMI_HOME: home }, memory());
  expect(existsSync(join(home, "versions/3.260.1/bin/pulumi"))).toBe(true);
});

test("with neither a download nor Go, one error names what is missing and how to get it, at once", () => {
  const started = Date.now();
  const { status, stderr } = withoutNetwork({ PATH: "/nowhere", PULUMI_HOME: folder() });
  expect(status).toBe(1);
  expect(stderr).toMatch(/the Pulumi CLI is missing: .*get\.pulumi\.com cannot be reached.*Go is not on the PATH/);
  expect(stderr).toMatch(
    /install Pulumi .*put it on the PATH; let this machine reach .*; or install Go 1\.\d+ or later/,
  );
  expect(Date.now() - started).toBeLessThan(1000);
});

test("a Go that is too old is named with its version and the one that is needed", () => {
  const go = folder({ go: printing("go1.19.3") });
  const { status, stderr } = withoutNetwork({ PATH: pathOf(go), PULUMI_HOME: folder() });
  expect(status).toBe(1);
  expect(stderr).toMatch(/go is go1\.19\.3, and 1\.\d+ or later is needed/);
});

function memory() {
  let kept: unknown;
  return {
    read: () => kept,
    write: (value: unknown) => {
      kept = value;
    },
  };
}

/** Asks in a process whose fetch fails as that of a machine without a network does. */
function withoutNetwork(env: Record<string, string>) {
  const module = pathToFileURL(fileURLToPath(new URL("../../tools/pulumi-cli.mjs", import.meta.url))).href;
  const script = `globalThis.fetch = async () => { throw new TypeError("fetch failed"); };
    const { requireObtainable } = await import(${JSON.stringify(module)});
    await requireObtainable(process.env, { read() {}, write() {} }).catch((e) => { console.error(e.message); process.exitCode = 1; });`;
  return spawnSync(process.execPath, ["--input-type=module", "-e", script], { env, encoding: "utf8" });
}
