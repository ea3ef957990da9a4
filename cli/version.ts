import { readFileSync } from "node:fs";
import { findPackageJSON } from "node:module";

// Compiled, this file lies a folder deeper than its source, so the package is looked for and not pointed at.
const manifest = JSON.parse(readFileSync(findPackageJSON(import.meta.url) as string, "utf8")) as { version: string };

/** Version of this package. */
export const version: string = manifest.version;
