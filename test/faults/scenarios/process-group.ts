import type { Properties } from "../../../provider/value.ts";
import { groupArgs } from "../../support/group.ts";
import { send } from "../../support/local-fly.ts";
import type { Lane } from "../cli.ts";
import { nothing, of, type Scenario } from "../scenario.ts";
import { volumes } from "./volume.ts";

const image = (letter: string) => `registry.fly.io/shop@sha256:${letter.repeat(64)}`;
const machine = (slot: string, letter = "a", env = '{"LOG_LEVEL":"info"}', volume = "") =>
  `machine web-${slot} ${slot.slice(0, 3)} started ${letter.repeat(3)} ${env.replace("}", ',"FLY_PROCESS_GROUP":"web"}')} ${volume}`;

const three = (app: string) => groupArgs(app);
const threeMachines = (app: string, letter = "a") => [
  `app ${app}`,
  ...["iad-0", "lhr-0", "lhr-1"].map((slot) => machine(slot, letter)),
];
const scaled = (app: string) => ({
  ...groupArgs(app),
  slots: [
    { name: "iad-0", region: "iad" },
    { name: "lhr-0", region: "lhr" },
    { name: "syd-0", region: "syd" },
  ],
});

/** The group with another image, by a strategy that makes machines beside those that serve. */
const beside = (strategy: string): Omit<Scenario, "type" | "title"> => ({
  command: "up",
  changesOnly: true,
  before: (app) => groupArgs(app, { deploy: { strategy } }),
  after: (app) => groupArgs(app, { deploy: { strategy } }, { image: image("b") }),
  expected: (app) => threeMachines(app, "b"),
});

const stateful = (app: string, volume: string, env = "info"): Properties => ({
  ...groupArgs(app, {}, { mounts: [{ path: "/data" }], env: { LOG_LEVEL: env } }),
  slots: [{ name: "iad-0", region: "iad", volume }],
});

async function changeAllByHand(lane: Lane, app: string): Promise<void> {
  for (const { id, config } of lane.fly.world.machines.of(app)) {
    await send(lane.fly, "POST", `/v1/apps/${app}/machines/${id}`, { config: { ...config, env: { BY: "hand" } } });
    await send(lane.fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=started`);
  }
}

/** Groups without data and with it. */
export const processGroup: Scenario[] = [
  ...of("ProcessGroup", "a group of three", {
    create: { command: "up", after: three, expected: (app) => threeMachines(app) },
    update: {
      command: "up",
      before: three,
      after: (app) => groupArgs(app, {}, { image: image("b") }),
      expected: (app) => threeMachines(app, "b"),
    },
    scale: {
      command: "up",
      before: three,
      after: scaled,
      expected: (app) => [`app ${app}`, machine("iad-0"), machine("lhr-0"), machine("syd-0")],
    },
    bluegreen: beside("bluegreen"),
    canary: beside("canary"),
    move: {
      command: "up",
      changesOnly: true,
      before: three,
      after: (app) =>
        groupArgs(app, {
          slots: [
            { name: "iad-0", region: "iad" },
            { name: "lhr-0", region: "syd" },
            { name: "lhr-1", region: "lhr" },
          ],
        }),
      expected: (app) => [`app ${app}`, machine("iad-0"), machine("lhr-0").replace(" lhr ", " syd "), machine("lhr-1")],
    },
    mend: {
      command: "up",
      before: three,
      meddle: changeAllByHand,
      after: three,
      expected: (app) => threeMachines(app),
    },
    delete: { command: "destroy", before: three, expected: nothing },
    refresh: { command: "refresh", before: three, expected: (app) => threeMachines(app) },
  }),
  ...of("ProcessGroup", "a group with a volume", {
    create: {
      command: "up",
      prepare: (lane, app) => volumes(lane, app, "data"),
      after: (app, [volume = ""]) => stateful(app, volume),
      expected: (app, [volume]) => [`app ${app}`, machine("iad-0", "a", undefined, volume), "volume data 3 14 used"],
    },
    update: {
      command: "up",
      prepare: (lane, app) => volumes(lane, app, "data"),
      before: (app, [volume = ""]) => stateful(app, volume),
      after: (app, [volume = ""]) => stateful(app, volume, "warn"),
      expected: (app, [volume]) => [
        `app ${app}`,
        machine("iad-0", "a", '{"LOG_LEVEL":"warn"}', volume),
        "volume data 3 14 used",
      ],
    },
    "another volume": {
      command: "up",
      prepare: (lane, app) => volumes(lane, app, "data", "other"),
      before: (app, [volume = ""]) => stateful(app, volume),
      after: (app, [, other = ""]) => stateful(app, other),
      expected: (app, [, other]) => [
        `app ${app}`,
        machine("iad-0", "a", undefined, other),
        "volume data 3 14",
        "volume other 3 14 used",
      ],
    },
    delete: {
      command: "destroy",
      prepare: (lane, app) => volumes(lane, app, "data"),
      before: (app, [volume = ""]) => stateful(app, volume),
      expected: (app) => [`app ${app}`, "volume data 3 14"],
    },
  }),
];
