import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { halfMade, type State, secret } from "../../support/engine.ts";
import { groupArgs, type Machine } from "../../support/group.ts";
import { arm, happen, journalEnd, mutations, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const image = (letter: string) => `registry.fly.io/shop@sha256:${letter.repeat(64)}`;
let count = 0;
let app = "";
/** Every test has a command of its own, because the local Fly is told by the command how it ends. */
let command: string[] = [];

const args = (letter: string, more: Properties = {}, config: Properties = {}): Properties =>
  groupArgs(
    app,
    { deploy: { releaseCommand: command, waitTimeout: "3s", ...(more["deploy"] as Properties) } },
    { image: image(letter), ...config },
  );

/** A group that runs release "a", for which the command ended well. */
async function deployed(): Promise<State> {
  app = `release-command-${++count}`;
  command = [`bin/migrate-${count}`, "up"];
  await local.engine.create("App", app, { name: app });
  return await local.engine.create("ProcessGroup", "web", args("a"));
}

type Shown = Machine & { config: Record<string, unknown>; events: { type: string; status: string }[] };
const machines = async (deleted = false) =>
  (await send(local.fly, "GET", `/v1/apps/${app}/machines?include_deleted=${deleted}`)) as Shown[];
const isRelease = ({ config }: Machine) => config.metadata["airworthy_phase"] === "release-command";
/** Machines of the command that ever were. */
const releaseMachines = async () => (await machines(true)).filter(isRelease);

/** What must be so after any failure: three machines of release "a" that run, no lease, nothing of the command. */
async function expectAsBefore(): Promise<void> {
  const live = await machines();
  expect(live.map(({ state, config }) => [state, config.image])).toEqual(Array(3).fill(["started", image("a")]));
  for (const { id } of live) {
    await expect(send(local.fly, "GET", `/v1/apps/${app}/machines/${id}/lease`)).rejects.toThrow("404");
  }
}

async function failing(update: Promise<unknown>): Promise<string> {
  const half = halfMade(await update.catch((error) => error));
  await expectAsBefore();
  return half.reasons[0] ?? "";
}

test("it runs before anything changes, with the new image and environment, and its machine is gone afterwards", async () => {
  const state = await deployed();
  const since = await journalEnd(local.fly);
  const env = { LOG_LEVEL: "debug" };
  await local.engine.update(
    state,
    args("b", {}, { env, metrics: { port: 9091, path: "/metrics" }, checks: { up: { type: "tcp", port: 1 } } }),
  );
  const done = await mutations(local.fly, since);
  expect(done.indexOf("Machines_start")).toBeGreaterThan(-1);
  expect(done.indexOf("Machines_start")).toBeLessThan(done.indexOf("Machines_update"));
  const [first, second] = await releaseMachines();
  const made = [first, second].find((machine) => machine?.config.image === image("b"));
  expect(made).toMatchObject({ state: "destroyed", region: "iad" });
  expect(made?.config.env).toEqual({ ...env, RELEASE_COMMAND: "1", FLY_PROCESS_GROUP: "fly_app_release_command" });
  expect(made?.config).toMatchObject({
    init: { cmd: command },
    restart: { policy: "no" },
    auto_destroy: true,
    dns: { skip_registration: true },
    metadata: { fly_process_group: "fly_app_release_command", airworthy_group: "web", fly_platform_version: "v2" },
  });
  expect(Object.keys(made?.config ?? {})).not.toEqual(expect.arrayContaining(["services"]));
  expect(made?.config).not.toHaveProperty("checks");
  expect(made?.config).not.toHaveProperty("metrics");
  expect(made?.config.metadata).not.toHaveProperty("airworthy_slot");
  expect((await machines()).map(({ config }) => config.image)).toEqual(Array(3).fill(image("b")));
});

test("it does not run where no new release begins", async () => {
  const state = await deployed();
  const slots = (args("a")["slots"] as Properties[]).slice(0, 2);
  await local.engine.update(state, { ...args("a"), slots });
  expect(await releaseMachines()).toHaveLength(1);
});

test("ended with anything but 0, it stops the release, and the error has its code and its last output", async () => {
  const state = await deployed();
  const output = [...Array(20).keys()].map((line) => `migration ${line}`);
  await happen(local.fly, {
    kind: "command",
    command: command[0],
    exitCode: 3,
    output: [...output, "relation missing"],
  });
  const since = await journalEnd(local.fly);
  const reason = await failing(local.engine.update(state, args("b")));
  expect(reason).toMatch(
    new RegExp(
      `release command of web \\(\`bin/migrate-\\d+ up\`, machine \\w+ of app "${app}" in iad\\): it ended with exit code 3\n`,
    ),
  );
  expect(reason).toMatch(/its last output:\n {4}migration 11\n(?: {4}migration \d+\n)* {4}relation missing\n/);
  expect(reason).not.toMatch(/migration 10\n|Main child/);
  expect(reason).toMatch(/what ran before still runs.*pulumi up.*fly logs -a .* -i \w+/);
  expect(await mutations(local.fly, since)).not.toContain("Machines_update");
  await happen(local.fly, { kind: "command", command: command[0], over: true });
  await local.engine.update(state, args("b"), true);
  expect((await machines()).map(({ config }) => config.image)).toEqual(Array(3).fill(image("b")));
});

test("a secret in its output or its arguments is in no error", async () => {
  const state = await deployed();
  const [value, argument] = ["postgres://shop:Pl4nted-Secr3t@db.internal/shop", "--key=Pl4nted-Argument"];
  await local.engine.create("Secrets", `s-${app}`, { app, values: { DATABASE_URL: secret(value) } });
  await happen(local.fly, {
    kind: "command",
    command: command[0],
    exitCode: 1,
    output: [`cannot reach ${value}`, "Pl4nted-Env1ron"],
  });
  const next = args(
    "b",
    { deploy: { releaseCommand: [command[0] ?? "", secret(argument)] } },
    { env: { KEY: secret("Pl4nted-Env1ron") } },
  );
  const reason = await failing(local.engine.update(state, next));
  expect(reason).toContain("cannot reach [secret]");
  expect(reason).not.toMatch(/Pl4nted|Secr3t/);
});

test("not ended in time it is stopped, and said so", async () => {
  const state = await deployed();
  await happen(local.fly, { kind: "command", command: command[0], afterMs: 3_600_000 });
  const reason = await failing(local.engine.update(state, args("b", { deploy: { waitTimeout: "1s" } })));
  expect(reason).toMatch(/it had not ended within 1s, and was stopped/);
  expect((await releaseMachines()).map(({ state: is }) => is)).toEqual(["destroyed", "destroyed"]);
});

test("an image that cannot be pulled is found by it, before anything changes", async () => {
  const state = await deployed();
  await happen(local.fly, { kind: "unpullable-image", image: image("9") });
  const reason = await failing(local.engine.update(state, args("9")));
  expect(reason).toMatch(/run the release command of web .*could not be started: failed to pull image/);
  expect(reason).not.toContain("last output");
});

test.each(["Machines_create", "Machines_start"])("a lost answer to %s does not run it twice", async (operation) => {
  const state = await deployed();
  await arm(local.fly, operation, { kind: "lose-response" });
  await local.engine.update(state, args("b"));
  const ran = (await releaseMachines()).filter(({ config }) => config.image === image("b"));
  expect(ran).toHaveLength(1);
  expect(ran[0]?.events.filter(({ type, status }) => type === "start" && status === "started")).toHaveLength(1);
});

test("a machine of the command that a killed run left goes before the command runs again", async () => {
  const state = await deployed();
  const metadata = { airworthy_stack: "shop/dev", airworthy_group: "web", airworthy_phase: "release-command" };
  const config = { image: image("b"), init: { cmd: ["bin/sleep"] }, auto_destroy: true, metadata };
  const left = (await send(local.fly, "POST", `/v1/apps/${app}/machines`, { region: "iad", config })) as { id: string };
  await local.engine.update(state, args("b"));
  expect((await machines()).map(({ id }) => id)).not.toContain(left.id);
  expect((await machines()).map(({ config: now }) => now.image)).toEqual(Array(3).fill(image("b")));
});

test("a run that is ended while the command runs leaves no machine and no lease", async () => {
  app = `release-command-${++count}`;
  command = [`bin/migrate-${count}`];
  await local.engine.create("App", app, { name: app });
  await happen(local.fly, { kind: "command", command: command[0], afterMs: 3_600_000 });
  const deploy = { releaseCommand: command, waitTimeout: "60s" };
  const error = await local.engine
    .create("ProcessGroup", "web", groupArgs(app, { deploy }), false, 1)
    .catch((failed) => failed);
  expect(String(error)).toMatch(/customTimeouts/);
  const [{ id } = { id: "" }] = await releaseMachines();
  await send(local.fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=destroyed`);
  expect(await machines()).toEqual([]);
});
