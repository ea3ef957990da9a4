import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { halfMade, type State, secret } from "../../support/engine.ts";
import { groupArgs, machinesOf } from "../../support/group.ts";
import { happen, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const image = (letter: string) => `registry.fly.io/shop@sha256:${letter.repeat(64)}`;
let count = 0;
let app = "";

/** Every image is for one test: what is said of it at the local Fly stays. */
const args = (letter: string, deploy: Properties = {}, config: Properties = {}, more: Properties = {}): Properties =>
  groupArgs(app, { deploy: { waitTimeout: "2s", ...deploy }, ...more }, { image: image(letter), ...config });

async function deployed(config: Properties = {}, more: Properties = {}): Promise<State> {
  app = `failure-${++count}`;
  await local.engine.create("App", app, { name: app });
  return await local.engine.create("ProcessGroup", "web", args("a", {}, config, more));
}

/** An update that fails, with its one reason. Whatever the reason, no lease stays and there are three machines. */
async function failing(state: State, next: Properties): Promise<{ reason: string; after: State }> {
  const half = halfMade(await local.engine.update(state, next).catch((error) => error));
  const live = await machinesOf(local, app);
  expect(live.map(({ name }) => name)).toEqual(["web-iad-0", "web-lhr-0", "web-lhr-1"]);
  for (const { id } of live) {
    await expect(send(local.fly, "GET", `/v1/apps/${app}/machines/${id}/lease`)).rejects.toThrow("404");
  }
  expect(half.reasons).toHaveLength(1);
  return { reason: half.reasons[0] ?? "", after: { ...state, outputs: half.outputs } };
}

/** Images of the machines that run. */
const running = async () =>
  (await machinesOf(local, app)).flatMap(({ state, config }) => (state === "started" ? [config.image] : []));
const before = Array(3).fill(image("a"));

const named = (slot: string, region: string) =>
  new RegExp(`^bring up web/${slot} \\(machine \\w+ of app "failure-\\d+" in ${region}\\): `);

test("an image that cannot be pulled is named, and the machines go back to the one before", async () => {
  const state = await deployed();
  await happen(local.fly, { kind: "unpullable-image", image: image("1") });
  const { reason } = await failing(state, args("1"));
  expect(reason).toMatch(named("iad-0", "iad"));
  expect(reason).toContain(`Fly says: failed to pull image ${image("1")}`);
  expect(reason).toContain(`Check that the image exists and that app "${app}" may pull it`);
  expect(await running()).toEqual(before);
});

test("an app that exits at once is told with its code and its last words, and the machines go back", async () => {
  const state = await deployed();
  const output = ["listening", "TypeError: cannot read properties of undefined", "    at main (/app/index.js:3:9)"];
  await happen(local.fly, { kind: "exiting-image", image: image("2"), exitCode: 7, output });
  const { reason } = await failing(state, args("2", {}, { restart: { policy: "no" } }));
  expect(reason).toMatch(named("iad-0", "iad"));
  expect(reason).toContain("its process ended with exit code 7");
  expect(reason).toContain(`  the last lines of its log:\n${output.map((line) => `    ${line}`).join("\n")}\n`);
  expect(await running()).toEqual(before);
});

test("an app that is started again and again is found out long before its time is up", async () => {
  const state = await deployed();
  await happen(local.fly, { kind: "exiting-image", image: image("3"), exitCode: 1 });
  const { reason } = await failing(state, args("3", { waitTimeout: "5m" }));
  expect(reason).toMatch(
    /its process ended 3 times while its checks were awaited\n {2}its process ended with exit code 1\n {2}See/,
  );
  expect(await running()).toEqual(before);
});

test("an app without checks that exits at once does not take the others with it", async () => {
  const services = [{ internalPort: 8080, ports: [{ port: 443, handlers: ["tls", "http"] }] }];
  const state = await deployed({ services });
  await happen(local.fly, { kind: "exiting-image", image: image("4"), exitCode: 1 });
  const { reason } = await failing(state, args("4", { onFailure: "pause" }, { services, restart: { policy: "no" } }));
  expect(reason).toContain("its process ended with exit code 1");
  expect(await running()).toEqual(before.slice(1));
});

test("a check that never passes is told with what it says", async () => {
  const state = await deployed();
  await happen(local.fly, { kind: "failing-image", image: image("5") });
  const { reason } = await failing(state, args("5"));
  expect(reason).toMatch(/its checks did not pass within 2s\n {2}check servicecheck-00-http-8080 is critical: .+\n/);
  expect(reason).not.toContain("bg_deployments");
  expect(await running()).toEqual(before);
});

test("with pause the machine that failed stays for a look, the others are untouched, and the next up goes on", async () => {
  const state = await deployed();
  const untouched = (await machinesOf(local, app)).slice(1).map(({ instance_id }) => instance_id);
  await happen(local.fly, { kind: "failing-image", image: image("6") });
  const { reason, after } = await failing(state, args("6", { onFailure: "pause" }));
  expect(reason).toMatch(/Left as it is, because onFailure is "pause"/);
  const live = await machinesOf(local, app);
  expect(live[0]?.config.image).toBe(image("6"));
  expect(live.slice(1).map(({ instance_id }) => instance_id)).toEqual(untouched);
  await happen(local.fly, { kind: "failing-image", image: image("6"), over: true });
  await local.engine.update(after, args("6", { onFailure: "pause" }), true);
  expect(await running()).toEqual(Array(3).fill(image("6")));
});

test("a check that passes and then fails again ends the rollout, and the machines go back", async () => {
  const state = await deployed();
  await happen(local.fly, { kind: "flapping-image", image: image("7") });
  const { reason } = await failing(state, args("7", { maxUnavailable: 1 }));
  expect(reason).toMatch(/check servicecheck-00-http-8080 is critical: connect: connection refused/);
  expect(await running()).toEqual(before);
});

test("a machine that breaks while the next one is changed ends the rollout there", async () => {
  const state = await deployed();
  const [first, , last] = await machinesOf(local, app);
  let updates = 0;
  local.fly.hooks.before = async ({ operation }) => {
    if (operation !== "Machines_update" || ++updates !== 2) return undefined;
    const check = "servicecheck-00-http-8080";
    await happen(local.fly, {
      kind: "check",
      app,
      machine: first?.id,
      check,
      status: "critical",
      output: "no database",
    });
    return undefined;
  };
  const next = args("0", { maxUnavailable: 1, onFailure: "pause" });
  const { reason } = await failing(state, next).finally(() => (local.fly.hooks.before = undefined));
  expect(reason).toMatch(named("iad-0", "iad"));
  expect(reason).toMatch(
    /its checks passed and failed again .*\n {2}check servicecheck-00-http-8080 is critical: no database/,
  );
  expect((await machinesOf(local, app))[2]?.instance_id).toBe(last?.instance_id);
});

test("a version of secrets that does not exist is named, and nothing is changed", async () => {
  const state = await deployed();
  const { reason } = await failing(state, args("a", {}, {}, { minSecretsVersion: 4711 }));
  expect(reason).toMatch(new RegExp(`update machine \\w+ of app "${app}": .*secrets version 4711`));
  expect(await running()).toEqual(before);
});

test("a quota that is reached stops the growth, and what serves goes on serving", async () => {
  const state = await deployed();
  const { machines } = (await send(local.fly, "GET", "/_local/world")) as { machines: { state: string }[] };
  const all = machines.filter(({ state: is }) => is !== "destroyed").length;
  await happen(local.fly, { kind: "machine-limit", machines: all });
  const slots = [...(args("a")["slots"] as Properties[]), { name: "syd-0", region: "syd" }];
  const { reason } = await failing(state, args("a", {}, {}, { slots }));
  expect(reason).toMatch(/create machine web-syd-0 in syd .* machine limit.*Add a payment method/);
  expect(await running()).toEqual(before);
  await happen(local.fly, { kind: "machine-limit", machines: 1_000_000 });
});

test("no secret of the program is in what an error quotes of checks and logs", async () => {
  const state = await deployed();
  const values = ["Pl4nted-In-Env", "Pl4nted-In-Secrets", "p@ss/Pl4nted-Url"];
  await local.engine.create("Secrets", `s-${app}`, {
    app,
    values: { ONE: secret(values[1] ?? ""), TWO: secret(values[2] ?? "") },
  });
  const output = [
    `one ${values[0]}`,
    `two ${values[1]}`,
    `three ${encodeURIComponent(values[2] ?? "")}`,
    Buffer.from(values[1] ?? "").toString("base64"),
  ];
  await happen(local.fly, { kind: "exiting-image", image: image("8"), exitCode: 1, output });
  const next = args("8", {}, { restart: { policy: "no" }, env: { KEY: secret(values[0] ?? "") } });
  const { reason } = await failing(state, next);
  expect(reason).toContain("one [secret]");
  expect(reason).not.toMatch(/Pl4nted|UGw0bnRlZ/);
});
