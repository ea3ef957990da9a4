import type { Properties } from "../../../provider/value.ts";
import { send } from "../../support/local-fly.ts";
import type { Lane } from "../cli.ts";
import { of, type Scenario } from "../scenario.ts";

const machineArgs = (app: string, config: Properties = {}, more: Properties = {}): Properties => ({
  ...{ app, name: "report", region: "iad" },
  config: {
    image: `registry.fly.io/shop@sha256:${"a".repeat(64)}`,
    env: { LOG_LEVEL: "info" },
    checks: { alive: { type: "tcp", port: 9000, interval: "15s", timeout: "2s" } },
    ...config,
  },
  ...more,
});

const debug = { env: { LOG_LEVEL: "debug" } };
const line = (app: string, level: string, volume = "") => [
  `app ${app}`,
  `machine report iad started aaa {"LOG_LEVEL":"${level}"} ${volume}`,
];

const volume = async (lane: Lane, app: string) => [
  (await lane.engine.create("Volume", "data", { app, name: "data", region: "iad", sizeGb: 3 })).id,
];
const stateful = (app: string, id = "", config: Properties = {}) =>
  machineArgs(app, { ...config, mounts: [{ path: "/data" }] }, { volume: id });

async function changeByHand({ fly }: Lane, app: string): Promise<void> {
  for (const { id, config } of fly.world.machines.of(app)) {
    await send(fly, "POST", `/v1/apps/${app}/machines/${id}`, { config: { ...config, env: { BY: "hand" } } });
    await send(fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=started`);
  }
}

/** A machine by itself: healthy, on a schedule, and with a volume. */
export const machine: Scenario[] = [
  ...of("Machine", "a machine", {
    create: { command: "up", after: (app) => machineArgs(app), expected: (app) => line(app, "info") },
    update: {
      command: "up",
      before: (app) => machineArgs(app),
      after: (app) => machineArgs(app, debug),
      expected: (app) => line(app, "debug"),
    },
    mend: {
      command: "up",
      before: (app) => machineArgs(app),
      meddle: changeByHand,
      after: (app) => machineArgs(app),
      expected: (app) => line(app, "info"),
    },
    delete: { command: "destroy", before: (app) => machineArgs(app), expected: (app) => [`app ${app}`] },
    refresh: { command: "refresh", before: (app) => machineArgs(app), expected: (app) => line(app, "info") },
  }),
  ...of("Machine", "a machine on a schedule", {
    create: {
      command: "up",
      after: (app) => machineArgs(app, {}, { schedule: "daily" }),
      expected: (app) => line(app, "info"),
    },
    update: {
      command: "up",
      before: (app) => machineArgs(app, {}, { schedule: "daily" }),
      after: (app) => machineArgs(app, debug, { schedule: "hourly" }),
      expected: (app) => line(app, "debug"),
    },
  }),
  ...of("Machine", "a machine with a volume", {
    create: {
      command: "up",
      prepare: volume,
      after: (app, [id]) => stateful(app, id),
      expected: (app, [id]) => [...line(app, "info", id), "volume data 3 14 used"],
    },
    delete: {
      command: "destroy",
      prepare: volume,
      before: (app, [id]) => stateful(app, id),
      expected: (app) => [`app ${app}`, "volume data 3 14"],
    },
  }),
];
