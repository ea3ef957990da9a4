import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Report } from "../../cli/report/report.ts";
import { rules } from "../../policies/catalogue.ts";
import { Workspace } from "../support/workspace.ts";

let violations: Workspace;
beforeAll(async () => {
  const files = ["Pulumi.yaml", "Pulumi.dev.yaml", "index.ts", "airworthy.toml"];
  violations = await Workspace.of("examples/violations", files);
});
afterAll(() => violations?.remove());

/** What `airworthy audit` says of the program, and its exit code. */
async function audited(...args: string[]): Promise<{ code: number; report: Report; output: string }> {
  const config = join(violations.dir, "airworthy.toml");
  const { code, output } = await violations.airworthy("audit", "--config", config, "--format", "json", ...args);
  return { code, output, report: JSON.parse(output) };
}

test("a program is judged by a preview: every rule, at the lines that construct what breaks it", async () => {
  const { code, report, output } = await audited();
  expect(code).toBe(1);
  expect(report).toMatchObject({
    source: "program",
    outcome: "not ready",
    about: expect.stringMatching(/^stack dev of /),
  });
  const found = new Set(report.findings.map(({ rule }) => rule));
  expect(rules.map(({ id }) => id).filter((id) => !found.has(id))).toEqual([]);
  const lines = violations.read("index.ts").split("\n");
  const located = report.findings.filter(({ location, urn }) => location !== undefined && urn.startsWith("urn:"));
  expect(located.length).toBeGreaterThan(rules.length / 2);
  for (const { location } of located) {
    expect(location?.file).toBe("index.ts");
    expect(lines[(location?.line ?? 0) - 1]).toMatch(/\bnew \w+\(/);
  }
  // The example's own token is a secret in its source, too, and is said without itself.
  expect(found).toContain("FLY-SEC-12");
  expect(output).not.toMatch(/Invented-4711|fm2_invented/);
}, 180_000);

test("a folder without a program could not be told", async () => {
  const { code, output } = await violations.airworthy("audit", "--cwd", "/");
  expect(code).toBe(2);
  expect(output).toMatch(/^airworthy: .*\n$/);
}, 60_000);
