import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./project.mjs";

/** The folders that `tsconfig.build.json` compiles. */
const FOLDERS = ["fly", "provider", "resources", "components", "policies", "emulator", "cli"];
const FILES = ["tsconfig.json", "tsconfig.build.json", "package-lock.json", "tools/build.mjs"];

const stampFile = (base) => join(base, "dist", ".stamp");

function* sources(base, dir) {
  if (!existsSync(join(base, dir))) return;
  const entries = readdirSync(join(base, dir), { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = `${dir}/${entry.name}`;
    if (entry.isDirectory()) yield* sources(base, path);
    else if (/\.ts$/.test(entry.name)) yield path;
  }
}

/** A digest of names and contents: times say nothing after a checkout. */
export function sourceDigest(base = root) {
  const hash = createHash("sha256");
  for (const path of [...FILES, ...FOLDERS.flatMap((dir) => [...sources(base, dir)])])
    if (existsSync(join(base, path)))
      hash
        .update(`${path}\0`)
        .update(readFileSync(join(base, path)))
        .update("\0");
  return hash.digest("hex");
}

export const isBuilt = (base = root) =>
  existsSync(stampFile(base)) && readFileSync(stampFile(base), "utf8") === sourceDigest(base);

export const stampBuilt = (digest, base = root) => writeFileSync(stampFile(base), digest);
