import { expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import { halfMade, type State } from "../../support/engine.ts";
import { changeByHand, groupArgs, type Machine, machinesOf } from "../../support/group.ts";
import { control, happen, send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
const image = (letter: string) => ({ image: `registry.fly.io/shop:${letter}` });
let count = 0;
let app = "";

async function deploy(): Promise<State> {
  app = `beside-${++count}`;
  await local.engine.create("App", app, { name: app });
  return await local.engine.create("ProcessGroup", "web", groupArgs(app, {}, image("a")));
}

interface Line {
  id: string;
  version: number;
  status: string;
  image_ref: string;
}

const book = async () =>
  ((await send(local.fly, "GET", `/api/v1/apps/${app}/releases`)) as { releases: Line[] }).releases.map(
    ({ version, status, image_ref: ref }) => `${version} ${status} ${ref.at(-1)}`,
  );
/** Number of the release and image of each machine, as `fly status` shows them. */
const shown = async () =>
  (await machinesOf(local, app)).map(
    ({ config: { image: ref, metadata } }) => `${metadata["fly_release_version"] ?? "none"} ${ref.at(-1)}`,
  );

/** The config that `fly deploy` makes of a machine's: its labels stay, and the release's are put over them. */
function deployed({ config }: Machine, { id, version }: Line): Machine["config"] {
  const release = { fly_release_id: id, fly_release_version: String(version), fly_flyctl_version: "0.4.0" };
  return { ...config, ...image("b"), metadata: { ...config.metadata, ...release } };
}

async function newLine(): Promise<Line> {
  const body = { app_name: app, strategy: "ROLLING", ...image("b"), definition: { app } };
  const { release } = (await send(local.fly, "POST", "/api/v1/releases", body)) as { release: Line };
  await send(local.fly, "PATCH", `/api/v1/releases/${release.id}`, { status: "complete" });
  return release;
}

async function flyDeploy(): Promise<void> {
  const release = await newLine();
  for (const machine of await machinesOf(local, app)) {
    const config = deployed(machine, release);
    await send(local.fly, "POST", `/v1/apps/${app}/machines/${machine.id}`, { config });
  }
}

/** As with `--strategy bluegreen`: other machines with the same labels take the place of all. */
async function flyDeployBluegreen(): Promise<void> {
  const release = await newLine();
  for (const machine of await machinesOf(local, app)) {
    const config = deployed(machine, release);
    await send(local.fly, "POST", `/v1/apps/${app}/machines`, { region: machine.region, config });
    await send(local.fly, "DELETE", `/v1/apps/${app}/machines/${machine.id}?force=true`);
  }
  await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
}

/** What `pulumi up --refresh` does about it. */
async function mend(state: State): Promise<State> {
  const refreshed = await local.engine.refresh(state);
  return await local.engine.update(refreshed ?? state, groupArgs(app, {}, image("a")), true);
}

test("what `fly deploy` has released is drift, and bringing it back is a line in Fly's book and a number of its own", async () => {
  const state = await deploy();
  await flyDeploy();
  expect((await local.engine.refresh(state))?.drift).toEqual({ "config.image": "UPDATE" });
  const mended = await mend(state);
  expect(await shown()).toEqual(["3 a", "3 a", "3 a"]);
  expect(await book()).toEqual(["3 complete a", "2 complete b", "1 complete a"]);
  expect(mended.outputs["release"]).toMatchObject({ version: 1 });
  await mend(mended);
  expect(await book()).toHaveLength(3);
});

test("machines that a bluegreen `fly deploy` put in place of ours are ours: none is made twice", async () => {
  const state = await deploy();
  await flyDeployBluegreen();
  const green = (await machinesOf(local, app)).map(({ id }) => id).sort();
  expect(Object.keys((await local.engine.refresh(state))?.drift ?? {})).toContain("config.image");
  const mended = await mend(state);
  expect((await machinesOf(local, app)).map(({ id }) => id).sort()).toEqual(green);
  expect((mended.outputs["machineIds"] as string[]).toSorted()).toEqual(green);
  expect(await shown()).toEqual(["3 a", "3 a", "3 a"]);
});

test("machines that a `fly deploy` without the group destroyed are made again, as a line in Fly's book of their own", async () => {
  const state = await deploy();
  await newLine();
  for (const { id } of await machinesOf(local, app))
    await send(local.fly, "DELETE", `/v1/apps/${app}/machines/${id}?force=true`);
  await control(local.fly, "POST", "clock", { advanceMs: 60_000 });
  await mend(state);
  expect(await shown()).toEqual(["3 a", "3 a", "3 a"]);
  expect(await book()).toEqual(["3 complete a", "2 complete b", "1 complete a"]);
});

test("an up that knows nothing of it makes no machine twice either", async () => {
  const state = await deploy();
  await flyDeployBluegreen();
  await local.engine.update(state, groupArgs(app, {}, image("c")));
  expect(await shown()).toEqual(["3 c", "3 c", "3 c"]);
});

test("a machine that was changed by hand keeps the number of its release, and the book has no line more", async () => {
  const state = await deploy();
  const [first] = await machinesOf(local, app);
  if (first) await changeByHand(local, app, first, { LOG_LEVEL: "debug" });
  await mend(state);
  expect(await shown()).toEqual(["1 a", "1 a", "1 a"]);
  expect(await book()).toEqual(["1 complete a"]);
});

test("a machine that is added has the number of the release it runs", async () => {
  const state = await deploy();
  const { slots } = groupArgs(app) as { slots: Properties[] };
  const more = { slots: [...slots, { name: "syd-0", region: "syd" }] };
  await local.engine.update(state, groupArgs(app, more, image("a")));
  expect(await shown()).toEqual(["1 a", "1 a", "1 a", "1 a"]);
});

test("machines that went back have the number of the release they went back to", async () => {
  const state = await deploy();
  await happen(local.fly, { kind: "failing-image", ...image("c") });
  const failing = groupArgs(app, { deploy: { waitTimeout: "1s" } }, image("c"));
  halfMade(await local.engine.update(state, failing, true).catch((error) => error));
  expect(await shown()).toEqual(["1 a", "1 a", "1 a"]);
});
