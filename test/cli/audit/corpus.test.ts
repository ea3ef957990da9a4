import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { auditReport } from "../../../cli/audit/audit.ts";
import { seenInFlyToml } from "../../../cli/audit/fly-toml.ts";
import { judgementOf } from "../../../cli/audit/judgement.ts";
import { configurationOf } from "../../../policies/configuration.ts";

// Shapes of templates that people start from, written anew: docs/false-positives.md says which, and what a Fly engineer
// would say of each finding. The second line of a file has the findings there are, by rule and line.
const folder = join(import.meta.dirname, "corpus");
const files = readdirSync(folder).filter((file) => file.endsWith(".toml"));
const now = new Date("2026-11-23T12:00:00Z");

test("there are templates of at least fifteen kinds", () => {
  expect(files.length).toBeGreaterThanOrEqual(15);
});

describe.each(files)("%s", (file) => {
  const path = join(folder, file);
  const [, expected = ""] = readFileSync(path, "utf8").split("\n");

  test("has the findings that a Fly engineer would agree with, and no others", async () => {
    const { findings } = judgementOf(seenInFlyToml(path), await configurationOf({}, [], now), now);
    const found = findings.map(
      ({ rule, state, location }) => `${rule}@${location?.line}${state === "violated" ? "" : ` ${state}`}`,
    );
    expect(`# ${found.sort().join(" ") || "no findings"}`).toBe(expected);
  });
});

test("the page has every template, with its findings and a word on each", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "false-positives.md"), "utf8");
  const rows = page
    .split("\n")
    .filter((line) => /^\| `[\w-]+` \|.*\| \[\S+\]\(https:\S+\) `\S+` at `[0-9a-f]{12}` \|/.test(line));
  const told = rows.map(
    (row) =>
      `${/`([\w-]+)`/.exec(row)?.[1]}.toml ${[...row.matchAll(/(FLY-\w+-\d+): \S/g)].map(([, id]) => id).join(" ")}`,
  );
  const found = files.map((file) => {
    const [, expected = ""] = readFileSync(join(folder, file), "utf8").split("\n");
    return `${file} ${[...new Set([...expected.matchAll(/(FLY-\w+-\d+)@/g)].map(([, id]) => id))].join(" ")}`;
  });
  expect(told.sort()).toEqual(found.sort());
});

test("a finding names file, line and key, in the words of a fly.toml", async () => {
  const report = await auditReport({ toml: join(folder, "ollama-chat.toml") }, {}, now);
  const minimum = report.findings.find(({ rule }) => rule === "FLY-AVL-05");
  expect(minimum).toMatchObject({
    path: "http_service.min_machines_running",
    level: "mandatory",
    message: expect.stringMatching(/http_service\.min_machines_running is 0 .*Fix: `min_machines_running = 1` under/),
    location: { file: "test/cli/audit/corpus/ollama-chat.toml" },
  });
  const lines = readFileSync(join(folder, "ollama-chat.toml"), "utf8").split("\n");
  expect(lines[(minimum?.location?.line ?? 0) - 1]).toMatch(/^\s*min_machines_running = 0$/);
  expect(report).toMatchObject({ source: "fly.toml", outcome: "not ready", profile: "production" });
});
