import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";

/** A module of tools/: plain JavaScript without types, since it runs before anything is installed. */
export const tool = (name: string) => import(new URL(`../../tools/${name}.mjs`, import.meta.url).href);

/** A folder of this test's own with these files in it; text that begins with `#!` becomes executable. */
export function folder(files: Record<string, string> = {}): string {
  const dir = mkdtempSync(join(tmpdir(), "airworthy-tools-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, path)), { recursive: true });
    writeFileSync(join(dir, path), text);
    if (text.startsWith("#!")) chmodSync(join(dir, path), 0o755);
  }
  return dir;
}

/** An executable that prints one line. */
export const printing = (line: string) => `#!/bin/sh\necho ${line}\n`;
