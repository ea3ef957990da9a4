import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const entry = join(import.meta.dirname, "..", "..", "provider", "main.ts");

test("a provider prints its port first, and ends itself when the CLI that started it is gone", async () => {
  const provider = spawn(process.execPath, [entry, "127.0.0.1:9"], { stdio: ["pipe", "pipe", "inherit"] });
  onTestFinished(() => void provider.kill());
  const [line] = await once(provider.stdout, "data");
  expect(String(line)).toMatch(/^\d+\n$/);
  provider.stdin.end();
  const [code] = await once(provider, "exit");
  expect(code).toBe(0);
});
