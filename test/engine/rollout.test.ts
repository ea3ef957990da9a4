import { afterAll, beforeAll, expect, test } from "vitest";
import type { Machine } from "../support/group.ts";
import { Workspace } from "../support/workspace.ts";

let hello: Workspace;
let app = "";
const image = (letter: string) => `registry.fly.io/hello@sha256:${letter.repeat(64)}`;
const program = `
import { Config } from "@pulumi/pulumi/config.js";
import { ProductionApp } from "airworthy";
const hello = new ProductionApp("hello", {
  image: new Config().require("image"),
  deploy: { maxUnavailable: 1, waitTimeout: "5s" },
  groups: { web: { regions: { iad: 2, lhr: 2 }, http: { port: 8080, check: { path: "/healthz" } } } },
});
export const { url, release } = hello;
`;

beforeAll(async () => {
  hello = await Workspace.of("examples/hello");
  hello.write("index.ts", program);
  await hello.ok("config", "set", "image", image("a"));
  await hello.ok("up", "--yes", "--skip-preview");
  app =
    (JSON.parse(await hello.ok("stack", "output", "url", "--json")) as string).slice("https://".length).split(".")[0] ??
    "";
});
afterAll(() => hello?.remove());

const machines = async () =>
  ((await hello.send("GET", `/v1/apps/${app}/machines`)) as Machine[]).sort((one, other) =>
    one.name.localeCompare(other.name),
  );
const images = async () => (await machines()).map(({ config }) => config.image.at(-1));

test("a rolling update whose third machine never gets healthy goes back by itself, and says so", async () => {
  const third = (await machines())[2];
  const check = "servicecheck-00-http-8080";
  const event = {
    kind: "check",
    app,
    machine: third?.id,
    check,
    status: "critical",
    output: "connect ECONNREFUSED db",
  };
  // Each machine is waited for twice, because five seconds are over before its image is pulled.
  await hello.send("POST", "/_local/faults", { operation: "Machines_wait", kind: "event", event, skip: 4, times: 1 });
  await hello.ok("config", "set", "image", image("b"));
  const { code, output } = await hello.pulumi(["up", "--yes", "--skip-preview"]);
  if (process.env["SHOW"]) console.log(output);
  expect(code).not.toBe(0);
  expect(output).toMatch(/\d\/4 healthy · lhr-0 /);
  expect(output).toMatch(/bring up web\/lhr-0 \(machine \w+ of app "\S+" in lhr\): its checks did not pass within 5s/);
  expect(output).toContain("connect ECONNREFUSED db");
  expect(output).toContain("Went back: all 4 machines are on release 1 again");
  expect(await images()).toEqual(["a", "a", "a", "a"]);
}, 120_000);

test("the same image with its database back is rolled out by the next up, with a line for each machine", async () => {
  const output = await hello.ok("up", "--yes", "--skip-preview");
  if (process.env["SHOW"]) console.log(output);
  expect(output).toMatch(/web: release 2, rolling, in \d+ s/);
  for (const slot of ["iad-0", "iad-1", "lhr-0", "lhr-1"])
    expect(output).toMatch(new RegExp(`${slot} {2}\\w+ {2}updated in \\d+ s`));
  expect(await images()).toEqual(["b", "b", "b", "b"]);
  expect(await hello.ok("preview", "--expect-no-changes")).not.toContain("error");
}, 120_000);
