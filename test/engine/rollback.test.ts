import { afterAll, beforeAll, expect, test } from "vitest";
import { type Ended, Workspace } from "../support/workspace.ts";

const image = (number: number) => `registry.fly.io/hello@sha256:${String(number).repeat(64)}`;
/** The program at its n-th version: its own image and environment, of which one variable is secret. */
const program = (number: number) => `
import { secret } from "@pulumi/pulumi/output.js";
import { ProductionApp } from "airworthy";
const env = { LEVEL: "level-${number}", GREETING: secret("planted words ${number}") };
new ProductionApp("hello", { appName: "hello-back", image: "${image(number)}", env,
  groups: { web: { regions: { iad: 1, lhr: 1 }, http: { port: 8080 } } } });
`;
const key = "hello-back/web";

let hello: Workspace;

beforeAll(async () => {
  hello = await Workspace.of("examples/hello");
  for (let number = 1; number <= 7; number++) {
    hello.write("index.ts", program(number));
    await up();
  }
});
afterAll(() => hello?.remove());

const up = () => hello.ok("up", "--yes", "--skip-preview");
const preview = () => hello.ok("preview", "--diff");

/** Image and level of each live machine. */
async function live(): Promise<string[]> {
  const machines = (await hello.send("GET", "/v1/apps/hello-back/machines")) as {
    config: { image: string; env: Record<string, string> };
  }[];
  return machines.map(({ config }) => `${config.image} ${config.env["LEVEL"]} ${config.env["GREETING"]}`);
}
const runs = (number: number) => Array(2).fill(`${image(number)} level-${number} planted words ${number}`);

async function succeeds(run: Promise<Ended>): Promise<string> {
  const { code, output } = await run;
  expect(output).not.toContain("planted words");
  if (code !== 0) throw new Error(`ended with ${code}:\n${output}`);
  return output;
}

test("releases lists what a group can go back to, and no secret", async () => {
  const output = await succeeds(hello.airworthy("releases"));
  const lines = output.trim().split("\n");
  expect(lines[0]).toBe(key);
  expect(lines.slice(1).map((line) => line.trim().split(/ {2,}/))).toEqual(
    [7, 6, 5, 4, 3, 2, 1].map((number) => [
      String(number),
      expect.stringMatching(/^\d{4}-\d\d-\d\d \d\d:\d\d UTC$/),
      "rolling",
      `registry.fly.io/hello@sha256:${String(number).repeat(12)}`,
      ...(number === 7 ? ["running"] : []),
    ]),
  );
  expect(await live()).toEqual(runs(7));
});

test("without a terminal rollback wants --yes, and changes nothing", async () => {
  const { code, output } = await hello.airworthy("rollback", "5");
  expect(code).toBe(1);
  expect(output).toContain("go back: it asks first, which needs a terminal, or --yes");
  expect(output).not.toContain("planted words");
  expect(hello.read("Pulumi.dev.yaml")).not.toContain("pins");
});

test("rollback 5 brings image and environment of 5 to the machines, by a line in the stack's configuration", async () => {
  const output = await succeeds(hello.airworthy("rollback", "5", "--yes"));
  expect(output).toContain(`${key}: release 7 => 5`);
  expect(output).toContain(`~ config.image: ${image(7)} => ${image(5)}`);
  expect(output).toContain("~ config.env.LEVEL: changed");
  expect(output).toContain(`${key} at release 5, by airworthy:pins in Pulumi.dev.yaml: commit it`);
  expect(await live()).toEqual(runs(5));
  expect(hello.read("Pulumi.dev.yaml")).toMatch(/^ {2}airworthy:pins:\n {4}hello-back\/web: 5$/m);
});

test("until it is lifted, every preview says so, and no up of the program undoes it", async () => {
  const said = "group web of app hello-back is held at release 5 by airworthy:pins";
  expect(await preview()).toContain(said);
  await hello.ok("up", "--yes", "--skip-preview", "--expect-no-changes");
  hello.write("index.ts", program(8));
  const output = await preview();
  expect(output).toContain(said);
  await up();
  expect(await live()).toEqual(runs(5));
  expect(await hello.ok("refresh", "--yes", "--skip-preview", "--expect-no-changes")).not.toContain("was changed");
  const listed = await succeeds(hello.airworthy("releases"));
  expect(listed).toMatch(/^ +8 {2}.* is 5 again, running$/m);
  expect(listed).toMatch(/^ +5 {2}.* held by airworthy:pins$/m);
});

test("what cannot be gone back to is said, and nothing changes", async () => {
  for (const [args, why] of [
    [["5", "--yes"], /hello-back\/web is held at release 5 already; `airworthy rollback --lift` ends it/],
    [["8", "--yes"], /release 8 of hello-back\/web is what runs; kept are 1, 2, 3, 4, 5, 6, 7, 8/],
    [["30", "--yes"], /release 30 of hello-back\/web is not kept; kept are 1, 2/],
    [["4", "--yes", "--group", "wob"], /--group wob: no group is called so; there are hello-back\/web/],
  ] as const) {
    const { code, output } = await hello.airworthy("rollback", ...args);
    expect([code, output]).toEqual([1, expect.stringMatching(why)]);
  }
  expect(await live()).toEqual(runs(5));
});

test("--lift ends it: the program's image and environment come back", async () => {
  await succeeds(hello.airworthy("rollback", "--lift", "--yes"));
  expect(await live()).toEqual(runs(8));
  expect(hello.read("Pulumi.dev.yaml")).not.toContain("pins");
  expect(await preview()).not.toContain("is held at release");
  await hello.ok("up", "--yes", "--skip-preview", "--expect-no-changes");
});

test("nowhere in the state is a secret of a release in plain, before or after", async () => {
  expect(await hello.export()).not.toMatch(/planted words|level-5/);
});
