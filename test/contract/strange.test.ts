import { expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { groupArgs } from "../support/group.ts";
import { journalEnd, mutations, withLocalFly } from "../support/local-fly.ts";
import { selfSigned } from "../support/pem.ts";

// A Fly that adds fields nobody knows, writes null for nothing and spells durations in its own way.
const local = withLocalFly({ profile: "strange" });

test("on a Fly with fields and spellings of its own nothing drifts and a second up changes nothing", async () => {
  const { engine, fly } = local;
  const app = await engine.create("App", "odd", { name: "odd" });
  const volume = await engine.create("Volume", "data", { app: "odd", name: "data", region: "iad", sizeGb: 3 });
  const address = await engine.create("IpAddress", "v6", { app: "odd", type: "v6" });
  const secrets = await engine.create("Secrets", "s", { app: "odd", values: { KEY: "value-of-key" } });
  const args: Properties = {
    ...groupArgs("odd", {}, { mounts: [{ path: "/data" }], checks: { tcp: { type: "tcp", port: 1, interval: "1m" } } }),
    slots: [{ name: "iad-0", region: "iad", volume: volume.id }],
  };
  const group = await engine.create("ProcessGroup", "web", args);
  const single: Properties = {
    app: "odd",
    name: "report",
    region: "lhr",
    schedule: "daily",
    config: { image: "redis:7" },
  };
  const machine = await engine.create("Machine", "report", single);
  const snapshot = await engine.create("VolumeSnapshot", "before", { app: "odd", volume: volume.id });
  const seed = { app: "odd", name: "copy", region: "iad", sizeGb: 3, snapshotId: snapshot.outputs["snapshotId"] ?? "" };
  const copy = await engine.create("Volume", "copy", seed);
  const asked = await engine.create("Certificate", "asked", { app: "odd", hostname: "shop.example.com" });
  const pem = selfSigned("own.example.com");
  const own = await engine.create("Certificate", "own", { app: "odd", hostname: "own.example.com", ...pem });
  const token = await engine.create("DeployToken", "ci", { app: "odd" });
  const since = await journalEnd(fly);
  const all = [app, volume, address, secrets, group, machine, token, snapshot, copy, asked, own];
  for (const state of all) expect((await engine.refresh(state))?.drift).toEqual({});
  for (const state of [snapshot, copy, asked, own]) {
    expect((await engine.refresh(state))?.outputs).toEqual(state.outputs);
    await engine.update(state, state.inputs, true);
  }
  await engine.update((await engine.refresh(group)) ?? group, args, true);
  await engine.update((await engine.refresh(machine)) ?? machine, single, true);
  expect(await mutations(fly, since)).toEqual([]);
});
