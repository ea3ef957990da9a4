import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

vi.setConfig({ testTimeout: 60_000 });

const main = fileURLToPath(new URL("../../../cli/main.ts", import.meta.url));
const body = 'PLANTED+"planted/0123456789PLANTEDplanted';
const secret = `fm2_${body.replace('"', "")}`;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "airworthy-scan-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string) => writeFileSync(join(folder, name), text);
const evidence = () => {
  const file = join(folder, "airworthy.evidence.jsonl");
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};

interface Run {
  code: number;
  out: string;
  err: string;
}

/** Runs the command in the folder; whatever it says, and what it leaves behind, holds no secret. */
function scan(...args: string[]): Promise<Run> {
  const env = { PATH: process.env["PATH"] ?? "" };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, "scan", ...args], { env, cwd: folder }, (error, out, err) => {
      const forms = [
        secret,
        Buffer.from(secret).toString("base64"),
        encodeURIComponent(secret),
        JSON.stringify(secret),
      ];
      for (const form of forms) expect(out + err + evidence()).not.toContain(form);
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test("a clean folder exits 0 and leaves evidence of a scan that passed", async () => {
  write("index.ts", "export const a = 1;\n");
  expect(await scan()).toMatchObject({ code: 0, err: "" });
  expect(JSON.parse(evidence())).toMatchObject({
    drill: "scan",
    app: "*",
    result: "passed",
    detail: "1 file; 0 findings",
  });
});

test("a secret is a line with file and line, exit code 1 and evidence that it failed, in every format without the value", async () => {
  write("deploy.sh", `#!/bin/sh\nFLY_API_TOKEN=${secret} fly deploy\n`);
  const { code, out } = await scan();
  expect(code).toBe(1);
  expect(out).toMatch(/^ *deploy\.sh:2: .*holds a Fly API token \(fm2_…\)/m);
  expect(JSON.parse(evidence())).toMatchObject({ result: "failed" });
  for (const format of ["json", "sarif", "markdown", "html"]) {
    expect((await scan("--format", format, "--no-record")).out).toContain("deploy.sh");
  }
});

test("a file is let pass by an exemption of its path, which ends", async () => {
  write("deploy.sh", `FLY_API_TOKEN=${secret} fly deploy\n`);
  const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);
  write(
    "airworthy.toml",
    `[[exemption]]\nrule = "FLY-SEC-12"\nresource = "deploy*"\nreason = "A token of the local Fly, worth nothing"\nowner = "ana"\nuntil = ${until}\n`,
  );
  const { code, out } = await scan("--config", "airworthy.toml");
  expect(out).toContain("worth nothing");
  expect(code).toBe(0);
});

test("a folder that is not there is could not tell, in one line, and leaves no evidence", async () => {
  const { code, out, err } = await scan("nowhere");
  expect({ code, out }).toEqual({ code: 2, out: "" });
  expect(err).toBe("airworthy: scan nowhere: there is no such folder\n");
  expect(evidence()).toBe("");
});
