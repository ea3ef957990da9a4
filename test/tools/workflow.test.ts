import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";

interface Step {
  uses?: string;
  run?: string;
  env?: Record<string, string>;
  with?: Record<string, unknown>;
}
interface Job {
  if?: string;
  env?: unknown;
  permissions?: unknown;
  environment?: string;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  steps: Step[];
}

const text = readFileSync(new URL("../../.github/workflows/fly.yml", import.meta.url), "utf8");
const workflow = parse(text) as {
  on: Record<string, { branches: string[] }>;
  env?: unknown;
  permissions: unknown;
  jobs: { preview: Job; up: Job };
};
const { preview, up } = workflow.jobs;
const jobs = Object.entries(workflow.jobs);
const commands = ({ steps }: Job) => steps.flatMap(({ run }) => run ?? []);
const secretsOf = (value: unknown) =>
  [...JSON.stringify(value ?? {}).matchAll(/secrets\.(\w+)/g)].map(([, name]) => name ?? "");

test("pull requests and pushes to main start it, and no fork's program ever runs with secrets", () => {
  expect(workflow.on).toEqual({ pull_request: { branches: ["main"] }, push: { branches: ["main"] } });
  expect(preview.if).toContain("github.event.pull_request.head.repo.full_name == github.repository");
  expect(preview.if).toContain("github.event_name == 'pull_request'");
  expect(up.if).toBe("github.event_name == 'push'");
});

test("GitHub's own token reads the code and nothing more, and is not left on the disk", () => {
  expect(workflow.permissions).toEqual({ contents: "read" });
  for (const [, job] of jobs) {
    expect(job.permissions).toBeUndefined();
    const checkouts = job.steps.filter(({ uses }) => uses?.startsWith("actions/checkout@"));
    expect(checkouts.map((step) => step.with?.["persist-credentials"])).toEqual([false]);
  }
});

test("the preview gets the reading token and runs nothing that changes", () => {
  expect(secretsOf(preview)).toContain("FLY_READ_TOKEN");
  expect(secretsOf(preview)).not.toContain("FLY_API_TOKEN");
  expect(commands(preview).join("\n")).not.toMatch(/pulumi (?!preview\b)|airworthy/);
});

test("up is the production environment's, one at a time, and never cut off", () => {
  expect(up.environment).toBe("production");
  expect(up.concurrency).toEqual({ group: "fly-production", "cancel-in-progress": false });
  expect(secretsOf(up)).toContain("FLY_API_TOKEN");
  expect(secretsOf(up)).not.toContain("FLY_READ_TOKEN");
  expect(preview.concurrency?.group).not.toBe(up.concurrency?.group);
});

test.each(jobs)(
  "in %s every token, password and passphrase comes from the secrets, to the step that needs it",
  (_, job) => {
    expect([workflow.env, job.env]).toEqual([undefined, undefined]);
    const confidential = job.steps.flatMap(({ env = {} }) =>
      Object.entries(env).filter(([name]) => /TOKEN|PASS|BACKEND/.test(name)),
    );
    expect(confidential.length).toBeGreaterThan(3);
    for (const [, value] of confidential) expect(value).toMatch(/^\$\{\{ secrets\.\w+ \}\}$/);
    // Install scripts of packages run in set-up.
    const setUps = job.steps.filter(
      ({ run, uses }) => uses !== undefined || /\bnpm (run setup|ci|install)\b/.test(run ?? ""),
    );
    expect(setUps.flatMap(secretsOf)).toEqual([]);
  },
);

test.each(jobs)("in %s the checklist is in force", (_, job) => {
  const pulumi = job.steps.filter(({ run }) => run?.includes("pulumi "));
  expect(pulumi).toHaveLength(1);
  for (const { env } of pulumi) {
    expect(env?.["PULUMI_OPTION_POLICY_PACK"]).toMatch(/^\$\{\{ github\.workspace \}\}\/policies\/fly-production$/);
  }
});

test("an action is named by its commit, with the version beside it, because a tag can be moved", () => {
  const used = jobs.flatMap(([, { steps }]) => steps.flatMap(({ uses }) => uses ?? []));
  expect(used.length).toBeGreaterThan(0);
  for (const uses of used) {
    expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    expect(text).toMatch(new RegExp(`uses: ${uses} # v\\d+\\.\\d+\\.\\d+\n`));
  }
});

test("what it leaves to people is in docs/go-live.md: each secret, and both environments", () => {
  const guide = readFileSync(new URL("../../docs/go-live.md", import.meta.url), "utf8");
  for (const name of new Set(secretsOf(workflow))) expect(guide).toContain(`\`${name}\``);
  for (const [, { environment }] of jobs) expect(guide).toContain(`\`${environment}\``);
});
