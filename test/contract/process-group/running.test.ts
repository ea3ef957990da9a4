import { describe, expect, test } from "vitest";
import type { Properties } from "../../../provider/value.ts";
import type { State } from "../../support/engine.ts";
import { flyctls, groupArgs, type Machine, machinesOf } from "../../support/group.ts";
import { journalEnd, mutations, send, withLocalFly } from "../../support/local-fly.ts";

const image = (letter: string) => `registry.fly.io/shop@sha256:${letter.repeat(64)}`;
let count = 0;

describe.each(["instant", "strange"] as const)("on a Fly of profile %s", (profile) => {
  const local = withLocalFly({ profile });
  let app = "";

  const keeping = (more?: Properties, config?: Properties) => groupArgs(app, more, { image: "running", ...config });

  /** A group that declares an image, and from then on keeps what runs. */
  async function deploy(): Promise<State> {
    app = `running-${++count}`;
    await local.engine.create("App", app, { name: app });
    const state = await local.engine.create("ProcessGroup", "web", groupArgs(app));
    expect(await local.engine.diff(state, keeping())).toEqual({});
    return { ...state, inputs: await local.engine.check("ProcessGroup", "web", keeping()) };
  }

  /** `fly deploy --image` on some machines: another image, and flyctl's own environment and labels. */
  async function flyDeploy(machines: Machine[], letter: string): Promise<void> {
    const { env, metadata } = flyctls("web");
    for (const { id, config } of machines) {
      const next = { ...config, image: image(letter), env: { ...config.env, ...env } };
      const body = { config: { ...next, metadata: { ...config.metadata, ...metadata } } };
      await send(local.fly, "POST", `/v1/apps/${app}/machines/${id}`, body);
      await send(local.fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=started`);
    }
  }

  const images = async () => (await machinesOf(local, app)).map(({ config }) => config.image.at(-1));
  const shownImage = (state: State | undefined) => (state?.outputs["release"] as Properties | undefined)?.["image"];

  test("what fly deploy puts there is no drift and stays through the next change, the releases knowing what ran", async () => {
    const state = await deploy();
    await flyDeploy(await machinesOf(local, app), "b");
    const since = await journalEnd(local.fly);
    const refreshed = await local.engine.refresh(state);
    expect(refreshed?.drift).toEqual({});
    expect(shownImage(refreshed)).toBe(image("b"));
    expect(await mutations(local.fly, since)).toEqual([]);
    const next = keeping({}, { env: { LOG_LEVEL: "debug" } });
    const updated = await local.engine.update(refreshed ?? state, next);
    expect(await images()).toEqual(["b", "b", "b"]);
    expect((await machinesOf(local, app)).map(({ config }) => config.env["LOG_LEVEL"])).toEqual(Array(3).fill("debug"));
    expect(shownImage(updated)).toBe(image("b"));
    const kept = JSON.stringify(updated.outputs["releases"]);
    expect(kept).toContain(image("b"));
    expect(kept).not.toContain('"image":"running"');
    expect((await local.engine.refresh(updated))?.drift).toEqual({});
    expect(await local.engine.diff(updated, next)).toEqual({});
  });

  test("each machine keeps its own image, and a new slot takes what most of them run", async () => {
    const state = await deploy();
    await flyDeploy((await machinesOf(local, app)).slice(1), "c");
    const slots = [...(groupArgs(app)["slots"] as Properties[]), { name: "syd-0", region: "syd" }];
    const since = await journalEnd(local.fly);
    const larger = await local.engine.update(state, keeping({ slots }));
    expect(await images()).toEqual(["a", "c", "c", "c"]);
    expect((await mutations(local.fly, since)).filter((one) => one === "Machines_create")).toHaveLength(1);
    const moved = slots.map((slot) => (slot["name"] === "iad-0" ? { ...slot, region: "ord" } : slot));
    await local.engine.update(larger, keeping({ slots: moved }));
    expect(await images()).toEqual(["a", "c", "c", "c"]);
  });

  test("nothing rolls for an image, and an image that is named again does", async () => {
    const state = await deploy();
    const labelled = await local.engine.update(state, keeping({}, { env: {} }));
    await flyDeploy(await machinesOf(local, app), "d");
    const since = await journalEnd(local.fly);
    await local.engine.update(labelled, keeping({}, { env: {} }), true);
    expect(await mutations(local.fly, since)).toEqual([]);
    const named = groupArgs(app, {}, { image: image("e"), env: {} });
    expect(await local.engine.diff(labelled, named)).toEqual({ "config.image": "UPDATE" });
    await local.engine.update(labelled, named);
    expect(await images()).toEqual(["e", "e", "e"]);
  });

  test("a first up with nothing that runs is one clear error, and makes nothing", async () => {
    app = `running-${++count}`;
    await local.engine.create("App", app, { name: app });
    await expect(local.engine.create("ProcessGroup", "web", keeping())).rejects.toThrow(
      /deploy group "web" of app "running-\d+": config\.image is "running", and there is no machine whose image to keep\. Give an image for the first `up`/,
    );
    expect(await machinesOf(local, app)).toEqual([]);
  });

  test("a group that fly deploy made is imported with the image kept", async () => {
    app = `running-${++count}`;
    await local.engine.create("App", app, { name: app });
    const { env, metadata } = flyctls("web");
    const config = { image: image("f"), env, metadata };
    await send(local.fly, "POST", `/v1/apps/${app}/machines`, { region: "iad", config });
    const state = (await local.engine.read("ProcessGroup", "web", `${app}/web`)) as State;
    const slots = [{ name: "iad-0", region: "iad" }];
    const args = { app, name: "web", slots, config: { image: "running" } };
    expect(await local.engine.diff(state, args)).toEqual({});
    await local.engine.update(state, { ...args, config: { image: "running", env: { A: "1" } } });
    expect(await images()).toEqual(["f"]);
  });
});
