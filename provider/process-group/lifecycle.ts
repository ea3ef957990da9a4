import { FlyError } from "../../fly/errors.ts";
import { type Context, defineLifecycle, type Existing, HalfMade, type Known, type Problem } from "../lifecycle.ts";
import { type Properties, unknown } from "../value.ts";
import { type Fleet, type GroupName, readFleet } from "./fleet.ts";
import { Hold } from "./hold.ts";
import { existing, found, recordsOf, releasesWith } from "./live.ts";
import { destroy, isNewRelease, type Rollout, roll, settled } from "./rollout.ts";
import { type GroupInputs, groupInputs, groupOutputs } from "./schema.ts";

export const processGroup = defineLifecycle({
  token: "airworthy:index:ProcessGroup",
  inputs: groupInputs,
  outputs: groupOutputs,

  check: (news) => [...slotProblems(news), ...portProblems(news)],

  // A machine's volume that Fly moved has a new id, which the program's Volume learns by a refresh and we knew before.
  settle: (differences, known, news) => {
    const records = recordsOf(known.outputs);
    return differences.filter(({ path: [top, index, leaf] }) => {
      if (top !== "slots" || leaf !== "volume") return true;
      const slot = (news["slots"] as Properties[])[Number(index)];
      const record = records[String(slot?.["name"])];
      const volume = String(slot?.["volume"]);
      return !(record?.formerVolumes?.includes(volume) || record?.volume === volume);
    });
  },

  create: (context, declared) => converge(context, declared, undefined),

  async read(context, id, known) {
    const [app = "", name = ""] = id.split("/");
    if (known === undefined) {
      throw new FlyError("invalid", `import process group "${id}"`, "importing groups is not possible yet");
    }
    const slots = (known.inputs["slots"] ?? []) as unknown as GroupInputs["slots"];
    const fleet = await readFleet(context, { stack: context.stack, app, name }, slots, recordedIds(known));
    return fleet === undefined ? undefined : found(context, id, fleet, known);
  },

  update: (context, _id, declared, known) => converge(context, declared, known),

  async remove(context, _id, { outputs }) {
    const group = { stack: context.stack, app: String(outputs["app"]), name: String(outputs["name"]) };
    const fleet = await readFleet(context, group, [], {});
    if (fleet === undefined) return;
    const hold = new Hold(context.fly, group);
    try {
      await settled(fleet.excess.map((machine) => destroy(context, hold, group.app, machine)));
    } finally {
      await hold.release();
    }
  },
});

const recordedIds = (known: Known | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(recordsOf(known?.outputs)).flatMap(([slot, record]) => (record ? [[slot, record.id]] : [])),
  );

/** Brings the group to what is declared; whatever ends it early, what then exists is what the state says. */
async function converge(context: Context, inputs: GroupInputs, known: Known | undefined): Promise<Existing> {
  const group: GroupName = { stack: context.stack, app: inputs.app, name: inputs.name };
  const fleet = await readFleet(context, group, inputs.slots, recordedIds(known));
  if (fleet === undefined) {
    throw new FlyError(
      "not-found",
      `deploy group "${inputs.name}"`,
      `app "${inputs.app}" is gone. Run \`pulumi refresh\`, then \`pulumi up\``,
    );
  }
  const observed = { ...(known?.outputs["observed"] as Properties | undefined) };
  const last = (known?.outputs["release"] as { version?: number } | undefined)?.version ?? 0;
  const rollout: Rollout = { context, group, inputs, fleet, observed, release: last, proven: new Set() };
  if (last === 0 || isNewRelease(rollout)) rollout.release = last + 1;
  try {
    await roll(rollout);
    const releases = releasesWith(inputs, rollout.release, known?.outputs);
    return existing(inputs, fleet, echoes(rollout), rollout.release, { ...known?.outputs, releases });
  } catch (error) {
    throw await halfMade(rollout, known, error);
  }
}

/**
 * Each slot's config as Fly echoes it now where this run saw it come up, and as the state has it otherwise: what somebody
 * changed and this run did not reach is still to be mended, and what did not come up is still to be proven.
 */
function echoes({ inputs, fleet, observed, proven }: Rollout): Record<string, unknown> {
  return Object.fromEntries(
    inputs.slots.flatMap(({ name }): [string, unknown][] => {
      const echo = proven.has(name) ? fleet.bySlot.get(name)?.config : observed[name];
      return echo === undefined || echo === null ? [] : [[name, echo]];
    }),
  );
}

/** The error for a rollout that ended early: plain where nothing of a new group exists, with its state otherwise. */
async function halfMade(rollout: Rollout, known: Known | undefined, error: unknown): Promise<unknown> {
  const { context, group, inputs, release } = rollout;
  const look = context.fly.withSignal(AbortSignal.timeout(10_000));
  const fleet: Fleet = await readFleet(context, group, inputs.slots, recordedIds(known), look).then(
    (live) => live ?? rollout.fleet,
    () => rollout.fleet,
  );
  if (known === undefined && fleet.bySlot.size === 0) return error;
  const observed = echoes({ ...rollout, fleet });
  return new HalfMade(existing(inputs, fleet, observed, release, known?.outputs), (error as Error).message, {
    cause: error,
  });
}

function slotProblems(news: Properties): Problem[] {
  const { slots, config } = news as unknown as {
    slots: GroupInputs["slots"] | string;
    config: GroupInputs["config"] | string;
  };
  if (typeof slots === "string") return [];
  const mounts = typeof config === "string" ? unknown : config.mounts;
  const names = slots.map(({ name }) => name);
  const volumes = slots.map(({ volume }) => volume);
  return slots.flatMap(({ name, volume }, index): Problem[] => [
    ...(names.indexOf(name) === index
      ? []
      : [{ path: ["slots", index, "name"], message: "is the name of another slot already" }]),
    ...(volume !== undefined && volume !== unknown && volumes.indexOf(volume) !== index
      ? [
          {
            path: ["slots", index, "volume"],
            message: "is another slot's volume; a volume is for one machine at a time",
          },
        ]
      : []),
    ...(volume !== undefined && mounts === undefined
      ? [{ path: ["slots", index, "volume"], message: "has no place in the machine: give config.mounts a path" }]
      : []),
    ...(volume === undefined && Array.isArray(mounts) && mounts.length > 0
      ? [{ path: ["slots", index, "volume"], message: "is required, because config.mounts has a path for it" }]
      : []),
  ]);
}

function portProblems(news: Properties): Problem[] {
  const config = news["config"] as unknown as GroupInputs["config"] | string;
  if (typeof config === "string" || !Array.isArray(config.services)) return [];
  return config.services.flatMap(({ ports }, index) =>
    (Array.isArray(ports) ? ports : []).flatMap(({ handlers, forceHttps }, port): Problem[] =>
      forceHttps === true && Array.isArray(handlers) && !handlers.includes("http")
        ? [
            {
              path: ["config", "services", index, "ports", port, "forceHttps"],
              message: 'needs the "http" handler on the same port',
            },
          ]
        : [],
    ),
  );
}
