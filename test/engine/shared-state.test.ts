import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Postgres, startPostgres } from "../support/postgres.ts";
import { Workspace } from "../support/workspace.ts";

let postgres: Postgres;
/** Two clones of one project with one state between them. */
let [mine, colleagues] = [undefined as unknown as Workspace, undefined as unknown as Workspace];

beforeAll(async () => {
  postgres = await startPostgres();
  const { env } = postgres;
  mine = await Workspace.of("examples/hello", undefined, { env });
  const fly = { AIRWORTHY_LOCAL_DIR: join(mine.dir, ".airworthy") };
  colleagues = await Workspace.of("examples/hello", undefined, { env: { ...env, ...fly }, stack: "select" });
  // What is in git: the salt of the stack's passphrase.
  colleagues.write("Pulumi.dev.yaml", mine.read("Pulumi.dev.yaml"));
});
afterAll(async () => {
  await colleagues?.remove();
  await mine?.remove();
  await postgres?.stop();
});

const up = (workspace: Workspace, stack = "dev") =>
  workspace.pulumi(["up", "--yes", "--skip-preview", "--stack", stack]);
const inBoth = (change: (text: string) => string) => {
  for (const workspace of [mine, colleagues]) workspace.edit("index.ts", change);
};
const made = async (operation: string) => (await mine.mutations()).filter((one) => one === operation).length;
const locked = /the stack is currently locked by 1 lock\(s\).*`pulumi cancel`/;

/** State and Fly agree, and neither lacks anything. */
async function isWhole() {
  await mine.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes");
  await colleagues.ok("preview", "--expect-no-changes");
}

test("two first ups at the same moment make everything once", async () => {
  const ended = await Promise.all([up(mine), up(colleagues)]);
  for (const { output } of ended.filter(({ code }) => code !== 0)) expect(output).toMatch(locked);
  // Each may have seen the other's lock.
  if (ended.every(({ code }) => code !== 0)) await mine.ok("up", "--yes", "--skip-preview");
  expect([await made("Apps_create"), await made("Machines_create")]).toEqual([1, 2]);
  await isWhole();
});

test("a second up, and one of a colleague, change nothing", async () => {
  const before = await mine.mutations();
  await mine.ok("up", "--yes");
  await colleagues.ok("up", "--yes");
  expect(await mine.mutations()).toEqual(before);
});

test("an up while another is under way is refused by the lock that it names, and the first goes on", async () => {
  inBoth((text) => text.replace("iad: 1", "iad: 2"));
  mine.edit("index.ts", (text) => waiting + text);
  const first = await running();
  const second = await up(colleagues);
  expect(second.code).not.toBe(0);
  expect(second.output).toMatch(locked);
  mine.write("go", "");
  expect((await first.ended).code).toBe(0);
  expect(await made("Machines_create")).toBe(3);
  await isWhole();
});

/** An up of mine that has begun, whose program waits. */
async function running() {
  for (const file of ["running", "go"]) rmSync(join(mine.dir, file), { force: true });
  let over = false;
  const ended = up(mine).finally(() => {
    over = true;
  });
  while (!over && !existsSync(join(mine.dir, "running"))) await sleep(50);
  return { ended };
}

/** A program that says that it runs, and goes on when it is told to. */
const waiting = `import { existsSync, writeFileSync } from "node:fs";
writeFileSync("running", "");
while (existsSync("running") && !existsSync("go")) await new Promise((resolve) => setTimeout(resolve, 50));
`;

test("ups of two stacks go on beside each other", async () => {
  mine.write("Pulumi.other.yaml", mine.read("Pulumi.dev.yaml").replace(/^encryptionsalt:.*\n/m, ""));
  await mine.ok("stack", "init", "other", "--no-select");
  inBoth((text) => text.replace("lhr: 1", "lhr: 2"));
  const ended = await Promise.all([up(colleagues, "dev"), up(mine, "other")]);
  expect(ended.map(({ code, output }) => (code === 0 ? "" : output))).toEqual(["", ""]);
  expect([await made("Apps_create"), await made("Machines_create")]).toEqual([2, 8]);
  await isWhole();
});

test("a run that was killed leaves its lock; `pulumi cancel` takes it away, and the next up goes on", async () => {
  const first = await running();
  const refused = await up(colleagues);
  const [, pid] = /\(pid (\d+)\)/.exec(refused.output) ?? [];
  process.kill(Number(pid), "SIGKILL");
  expect((await first.ended).code).not.toBe(0);
  mine.write("go", ""); // its program outlived it
  expect((await up(colleagues)).output).toMatch(locked);
  await colleagues.ok("cancel", "--yes");
  await colleagues.ok("up", "--yes", "--refresh");
  await isWhole();
});

test("the password of the state is in nothing that the CLI prints", async () => {
  expect(await mine.ok("whoami", "--verbose")).not.toContain(postgres.env.PGPASSWORD);
});
