import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { graphqlOperations } from "../emulator/graphql/operations.ts";
import { routes } from "../emulator/routes.ts";
import { lifecycles } from "../provider/registry.ts";
import * as resources from "../resources/index.ts";

const root = join(import.meta.dirname, "..");
const exists = (path: string) => existsSync(join(root, path));
const read = (path: string) => readFileSync(join(root, path), "utf8");

/** What each layer may import of ours besides itself, and of Pulumi: docs/architecture.md. */
const layers: Record<string, { ours?: RegExp; pulumi?: RegExp }> = {
  fly: {},
  resources: { pulumi: /^@pulumi\/pulumi\/(config|output|resource)\.js$/ },
  components: {
    ours: /^(resources\/index|fly\/(regions|sizes|duration|hostname|postgres-plans)|cli\/readiness\/readiness|policies\/exemption-term)\.ts$/,
    pulumi: /\.js$/,
  },
  policies: {
    ours: /^(resources\/|fly\/(regions|sizes|prices|postgres-plans|duration)\.ts$)/,
    pulumi: /^@pulumi\/policy$/,
  },
  emulator: { ours: /^fly\/(regions|sizes|postgres-plans|world)\.ts$/ },
  provider: { ours: /^(fly\/|emulator\/locate\.ts$)/, pulumi: /^@pulumi\/pulumi\/proto\/\w+\.js$/ },
  cli: { ours: /^(fly\/|policies\/|emulator\/locate\.ts$)/ },
};

const skipped = new Set(["node_modules", "dist"]);

function filesOf(path: string): string[] {
  if (!statSync(join(root, path)).isDirectory()) return [path];
  const names = readdirSync(join(root, path)).filter((name) => !skipped.has(name) && !name.startsWith("."));
  return names.flatMap((name) => filesOf(path === "." ? name : `${path}/${name}`));
}

/** Modules that a file imports, those of ours as paths from the root. */
const importsOf = (file: string) =>
  ts.preProcessFile(read(file)).importedFiles.map(({ fileName }) => {
    if (!fileName.startsWith(".")) return fileName;
    return relative(root, join(root, file, "..", fileName)).replaceAll("\\", "/");
  });

describe.each(Object.entries(layers))("%s", (layer, { ours, pulumi }) => {
  const imports = filesOf(layer)
    .filter((file) => file.endsWith(".ts"))
    .flatMap((file) => importsOf(file).map((module) => ({ file, module })));

  test("imports of ours only what stands below it", () => {
    const others = imports.filter(({ module }) => module.endsWith(".ts") && !module.startsWith(`${layer}/`));
    expect(imports).not.toEqual([]);
    expect(others.filter(({ module }) => !ours?.test(module))).toEqual([]);
  });

  test("imports Pulumi's parts and never the whole SDK", () => {
    const parts = imports.filter(({ module }) => module.startsWith("@pulumi/"));
    expect(parts.filter(({ module }) => module === "@pulumi/pulumi" || !pulumi?.test(module))).toEqual([]);
  });
});

// The compiler leaves some that are imported when they are needed as they are, and Node finds them no sooner than then.
test("what is compiled imports what is compiled", () => {
  const compiled = readdirSync(join(root, "dist"), { recursive: true, encoding: "utf8" }).filter(
    (file) => file.endsWith(".js") && !file.startsWith("bundle"),
  );
  expect(compiled).toContain(join("cli", "main.js"));
  expect(compiled.filter((file) => importsOf(`dist/${file}`).some((module) => module.endsWith(".ts")))).toEqual([]);
});

test("a program imports the package, and of Pulumi only parts", () => {
  const programs = ["index.ts", ...filesOf("examples").filter((file) => file.endsWith("index.ts"))];
  const imported = programs.flatMap((file) => importsOf(file).map((module) => `${file} ${module}`));
  const fine = / (airworthy|@pulumi\/pulumi\/\w+\.js)$|^examples\/docker\/index\.ts @pulumi\/docker-build$/;
  expect(imported.filter((each) => !fine.test(each))).toEqual([]);
});

test("every lifecycle has a class of its token, and every class a lifecycle", () => {
  const classes = Object.values(resources).flatMap((one) => ("__pulumiType" in one ? [one.__pulumiType] : []));
  const tokens = lifecycles.map(({ token }) => token);
  expect(tokens.sort()).toEqual(classes.filter((type) => !type.startsWith("pulumi:providers:")).sort());
});

test.each(lifecycles.map(({ token }) => token))(
  "%s has a file by its name in each layer, and a contract test",
  (token) => {
    const noun = (token.split(":").at(-1) ?? "").replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
    expect(exists(`resources/${noun}.ts`), "resources").toBe(true);
    expect(exists(`provider/${noun}.ts`) || exists(`provider/${noun}/lifecycle.ts`), "provider").toBe(true);
    expect(exists(`test/contract/${noun}.test.ts`) || exists(`test/contract/${noun}`), "test/contract").toBe(true);
  },
);

test("the local Fly answers every call that we send", () => {
  const sent = ["fly", "provider", "cli"]
    .flatMap(filesOf)
    .flatMap((file) => [...read(file).matchAll(/\boperation: "(\w+)"/g)]);
  const emulated = routes.filter(({ handler }) => handler !== "not-emulated").map(({ operation }) => operation);
  const answered = new Set([...emulated, ...graphqlOperations]);
  expect(sent.length).toBeGreaterThan(20);
  expect(sent.map(([, operation = ""]) => operation).filter((operation) => !answered.has(operation))).toEqual([]);
});

test("no file has more than 300 lines", () => {
  const sources = filesOf(".").filter((file) => /\.(ts|mjs|go)$/.test(file));
  const long = sources.map((file) => ({ file, lines: read(file).split("\n").length - 1 }));
  expect(long.filter(({ lines }) => lines > 300)).toEqual([]);
});
