import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** What is imported from the file on, without what waits to be asked for. */
async function importedBy(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "node",
    packages: "external",
  });
  const found = new Set<string>();
  const follow = (file: string) => {
    for (const { path, kind } of metafile.inputs[file]?.imports ?? []) {
      if (kind === "dynamic-import" || found.has(path)) continue;
      found.add(path);
      follow(path);
    }
  };
  follow(entry);
  return [...found];
}

const readers = ["zod", "toml-eslint-parser"];

test("a pack for which no file is named loads nothing that reads one", async () => {
  const imported = await importedBy("policies/main.ts");
  expect(imported).toContain("policies/configuration.ts");
  expect(imported.filter((path) => readers.includes(path))).toEqual([]);
  expect(await importedBy("policies/configuration-file.ts")).toEqual(expect.arrayContaining(readers));
});

test("what programs load of exemptions imports nothing", async () => {
  expect(await importedBy("policies/exemption-term.ts")).toEqual([]);
});
