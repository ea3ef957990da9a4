import { expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { groupArgs } from "../support/group.ts";
import { journalEnd, mutations, withLocalFly } from "../support/local-fly.ts";

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
  const since = await journalEnd(fly);
  for (const state of [app, volume, address, secrets, group]) expect((await engine.refresh(state))?.drift).toEqual({});
  await engine.update((await engine.refresh(group)) ?? group, args, true);
  expect(await mutations(fly, since)).toEqual([]);
});
