import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { afterAll, expect, test } from "vitest";
import { type Delivery, deliver, type FormatName, formats, withFormat } from "../../../cli/report/format.ts";
import { exitCodes, type Report } from "../../../cli/report/report.ts";
import { full } from "./sample.ts";

const folder = mkdtempSync(join(tmpdir(), "airworthy-report-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a command that delivers a report. */
const run = (...args: string[]) =>
  withFormat(new Command("try").exitOverride().configureOutput({ writeErr: () => {} }))
    .action((options: Delivery) => deliver(full, options))
    .parseAsync(args, { from: "user" });

test.each(Object.keys(formats) as FormatName[])("--format %s writes the file that --output names", async (name) => {
  const file = join(folder, name);
  await run("--format", name, "--output", file);
  expect(readFileSync(file, "utf8")).toBe(formats[name](full));
  expect(formats[name](full)).toMatch(/\n$/);
});

test("one run writes several files, each in the format that its name says", async () => {
  const files = {
    "a.md": "markdown",
    "a.SARIF": "sarif",
    "a.json": "json",
    "a.html": "html",
    "a.log": "text",
  } as const;
  await run(...Object.keys(files).flatMap((name) => ["--output", join(folder, name)]));
  for (const [name, format] of Object.entries(files)) {
    expect(readFileSync(join(folder, name), "utf8")).toBe(formats[format](full));
  }
});

test("a format that was asked for counts more than the file's name", async () => {
  const file = join(folder, "asked.md");
  await run("--format", "json", "--output", file);
  expect(readFileSync(file, "utf8")).toBe(formats.json(full));
});

test("text is what one gets without asking, and a file is never painted", async () => {
  const file = join(folder, "plain");
  await run("--output", file);
  expect(readFileSync(file, "utf8")).toBe(formats.text(full));
});

test("a format that there is not is one line that names those there are", async () => {
  for (const name of ["yaml", "constructor", "HTML"]) {
    await expect(run("--format", name)).rejects.toThrow(
      `option '--format <name>' argument '${name}' is invalid. It is one of text, json, sarif, markdown, html.`,
    );
  }
});

test("a file that cannot be written is said, with why", async () => {
  await expect(run("--output", join(folder, "none", "report"))).rejects.toThrow(
    /cannot be written to .*none.*\(ENOENT\)/,
  );
});

test.each(Object.keys(formats) as FormatName[])("what hangs on a report besides its shape is not in its %s", (name) => {
  const planted = `pl@nted "s3cret"/${"v".repeat(12)}`;
  const within = <T>(part: T): T => ({ ...part, value: planted, properties: { password: planted } });
  const report: Report = within({
    ...full,
    findings: full.findings.map((one) => within({ ...one, ...(one.exempted && { exempted: within(one.exempted) }) })),
    checks: full.checks.map(within),
    regions: full.regions.map(within),
  });
  const forms = [
    planted,
    encodeURIComponent(planted),
    JSON.stringify(planted),
    Buffer.from(planted).toString("base64"),
  ];
  const said = formats[name](report);
  for (const form of [...forms, "v".repeat(12)]) expect(said).not.toContain(form);
  expect(said).toBe(formats[name](full));
});

test("ready is 0, not ready 1, and what could not be told 2", () => {
  expect(exitCodes).toEqual({ ready: 0, "not ready": 1, "could not tell": 2 });
});
