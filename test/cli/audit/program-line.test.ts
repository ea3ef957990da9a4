import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLines } from "../../../cli/audit/program-line.ts";
import type { FindingRecord } from "../../../policies/record.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "airworthy-line-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(files: Record<string, string>) {
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
}

/** Where a finding about the resource is said to be. */
function placeOf(types: string, resource: string): string | undefined {
  const urn = `urn:pulumi:dev::shop::${types}::${resource}`;
  const [{ location } = {}] = withLines([{ rule: "FLY-AVL-01", urn, resource } as FindingRecord], folder);
  return location && `${location.file}:${location.line}`;
}

const own = "airworthy:index:";

test("a resource is where it is constructed", () => {
  write({
    "index.ts": 'import { App } from "airworthy";\n\nconst app = new App(\n  "shop",\n  { name: "acme" },\n);\n',
  });
  expect(placeOf(`${own}App`, "shop")).toBe("index.ts:3");
});

test("what a component makes is where the component is", () => {
  write({
    "index.ts": 'new airworthy.ProductionApp("shop", {});\nnew airworthy.ProductionApp("shop-eu", {});\n',
  });
  expect(placeOf(`${own}ProductionApp$${own}ProcessGroup`, "shop-web")).toBe("index.ts:1");
  expect(placeOf(`${own}ProductionApp$${own}ProcessGroup`, "shop-eu-web")).toBe("index.ts:2");
});

test("a class of the same name elsewhere, a comment and a test are not it", () => {
  write({
    "index.test.ts": 'new App("shop", {});\n',
    "node_modules/x/index.js": 'new App("shop", {});\n',
    "src/main.js": '// new App("shop")\n/**\n * new App("shop")\n */\nnew Volume("shop", {});\nnew App("shop", {});\n',
  });
  expect(placeOf(`${own}App`, "shop")).toBe("src/main.js:6");
});

test("a name that the program puts together is nowhere, and nothing is guessed", () => {
  write({ "index.ts": 'for (const name of ["a"]) new App(name + "-app", {});\nnew App("other", {});\n' });
  expect(placeOf(`${own}App`, "a-app")).toBeUndefined();
});

test("of two programs in a folder the one that Pulumi runs is meant, and another project's is not looked at", () => {
  write({
    "Pulumi.yaml": "name: shop\nmain: ./run.ts\n",
    "another.ts": '\nnew App("shop", {});\n',
    "run.ts": 'new App("shop", {});\n',
    "examples/Pulumi.yaml": "name: example\n",
    "examples/index.ts": 'new App("example", {});\n',
  });
  expect(placeOf(`${own}App`, "shop")).toBe("run.ts:1");
  expect(placeOf(`${own}App`, "example")).toBeUndefined();
});
