import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import type { Log } from "sarif";
import { afterAll, expect, test } from "vitest";
import { parse } from "yaml";
import { formats } from "../../cli/report/format.ts";
import { marker } from "../../cli/report/markdown.ts";
import { sarif } from "../../cli/report/sarif.ts";
import { full } from "../cli/report/sample.ts";
import { debianTool } from "../support/debian.ts";

interface Step {
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}
interface Job {
  if?: string;
  env?: unknown;
  needs?: string;
  environment?: string;
  permissions: Record<string, string>;
  steps: Step[];
}

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8");
const text = read("github/airworthy.yml");
const guide = read("reports.md");
const workflow = parse(text) as {
  on: unknown;
  env?: unknown;
  permissions: unknown;
  jobs: { judge: Job; comment: Job };
};
const { judge, comment } = workflow.jobs;
const snippet = guide.match(/```yaml\n([\s\S]*?)```/)?.[1] ?? "";
const scanning = (parse(snippet) as { "code-scanning": Job })["code-scanning"];
const jobs = { judge, comment, scanning };
const commands = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []).join("\n");
const secretsOf = (value: unknown) =>
  [...JSON.stringify(value ?? {}).matchAll(/secrets\.(\w+)/g)].map(([, name]) => name ?? "");

const folder = mkdtempSync(join(tmpdir(), "airworthy-workflow-"));
// GitHub's machines have it, and `gh` has one of its own inside.
const path = [folder, dirname(debianTool("jq")), process.env["PATH"]].join(delimiter);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("only pull requests start it, and no fork's code ever runs with a secret", () => {
  expect(workflow.on).toEqual({ pull_request: null });
  expect(text.replace(/#.*/g, "")).not.toContain("pull_request_target");
  for (const job of Object.values(jobs)) {
    if (secretsOf(job).length > 0 || job.environment !== undefined) {
      expect(job.if).toBe("github.event.pull_request.head.repo.full_name == github.repository");
    }
    // Where the judging job was skipped it has no outputs.
    else
      expect([job.needs, job.if]).toEqual([
        "judge",
        expect.stringMatching(/^\$\{\{ !cancelled\(\) && needs\.judge\.outputs\.reports \}\}$/),
      ]);
  }
});

test("what runs the pull request's code can write nothing, and what can write runs none and has no secret", () => {
  expect([workflow.permissions, workflow.env]).toEqual([{}, undefined]);
  expect(judge.permissions).toEqual({ contents: "read" });
  expect(comment.permissions).toEqual({ "pull-requests": "write" });
  expect(scanning.permissions).toEqual({ "security-events": "write" });
  for (const job of [comment, scanning]) {
    expect(job.steps.flatMap(({ uses }) => uses?.split("@")[0] ?? [])).not.toContain("actions/checkout");
    expect(commands(job)).not.toMatch(/\b(npm|npx|node|pulumi|airworthy (audit|check|scan))\b/);
    expect([secretsOf(job), job.environment]).toEqual([[], undefined]);
  }
});

test("what somebody wrote into a pull request is never made part of a command", () => {
  for (const job of Object.values(jobs)) expect(commands(job)).not.toContain("${{");
});

test("the token is the reading one, and no step before the judging has a secret", () => {
  expect(secretsOf(judge)).toContain("FLY_READ_TOKEN");
  expect(secretsOf(judge)).not.toContain("FLY_API_TOKEN");
  expect(judge.env).toBeUndefined();
  const withSecrets = judge.steps.filter((step) => secretsOf(step).length > 0);
  expect(withSecrets.map(({ run }) => run?.includes("npx --no airworthy audit"))).toEqual([true]);
  for (const name of secretsOf(judge)) expect(guide).toContain(`\`${name}\``);
});

test("an action is named by its commit, with the version beside it, and the checkout leaves no token on the disk", () => {
  const used = Object.values(jobs).flatMap(({ steps }) => steps.flatMap(({ uses }) => uses ?? []));
  expect(used.length).toBeGreaterThan(5);
  for (const uses of used) {
    expect(uses).toMatch(/^[\w-]+\/[\w/-]+@[0-9a-f]{40}$/);
    expect(`${text}${snippet}`).toMatch(new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+\n`));
  }
  const checkout = judge.steps.find(({ uses }) => uses?.startsWith("actions/checkout@"));
  expect(checkout?.with?.["persist-credentials"]).toBe(false);
});

/** Runs the commenting step with a `gh` that answers with these comments and writes down what it was asked. */
function commented(comments: readonly { id: number; user: { login: string }; body: string }[]): string[] {
  const log = join(folder, "log");
  writeFileSync(log, "");
  writeFileSync(join(folder, "comments.json"), JSON.stringify(comments));
  const gh = join(folder, "gh");
  writeFileSync(
    gh,
    `#!/bin/sh\necho "$@" >> log\ncase "$*" in *--jq*) for last; do :; done; jq -r "$last" comments.json;; esac\n`,
  );
  chmodSync(gh, 0o755);
  const env = { PATH: path, GH_REPO: "acme/shop", NUMBER: "7" };
  execFileSync("bash", ["--norc", "-e", "-c", comment.steps.at(-1)?.run ?? "false"], { cwd: folder, env });
  const lines = readFileSync(log, "utf8").trim().split("\n");
  return lines.map((line) => line.replace(/ --jq .*/, ""));
}

const listing = "api --paginate repos/acme/shop/issues/7/comments";

test("the first run writes a comment, and the next writes its own anew and nobody else's", () => {
  const people = { id: 1, user: { login: "mallory" }, body: `${marker} fake` };
  const other = { id: 2, user: { login: "github-actions[bot]" }, body: "coverage" };
  const ours = { id: 3, user: { login: "github-actions[bot]" }, body: formats.markdown(full) };
  const body = "--field body=@airworthy.md --silent";
  expect(commented([people, other])).toEqual([listing, `api --method POST repos/acme/shop/issues/7/comments ${body}`]);
  expect(commented([people, other, ours, { ...ours, id: 4 }])).toEqual([
    listing,
    `api --method PATCH repos/acme/shop/issues/comments/3 ${body}`,
  ]);
});

test("code scanning gets what is broken, not exempted, and has a line: GitHub refuses a file with anything else", () => {
  writeFileSync(join(folder, "airworthy.sarif"), sarif(full));
  const step = scanning.steps.find(({ run }) => run?.includes("jq"));
  execFileSync("bash", ["--norc", "-e", "-c", step?.run ?? "false"], { cwd: folder, env: { PATH: path } });
  const shown = JSON.parse(readFileSync(join(folder, "shown.sarif"), "utf8")) as Log;
  expect(shown.runs[0]?.results?.map(({ ruleId }) => ruleId)).toEqual(["FLY-AVL-02", "FLY-AVL-02", "FLY-HLT-01"]);
});

test("the page names every format, with the ending that asks for it", () => {
  for (const name of Object.keys(formats))
    expect(guide).toMatch(new RegExp(`^\\| \`${name}\` \\| \`\\.\\w+\` \\|`, "m"));
});
