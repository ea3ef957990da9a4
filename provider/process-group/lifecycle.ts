import { FlyError } from "../../fly/errors.ts";
import { type Context, defineLifecycle, type Existing, HalfMade, type Known } from "../lifecycle.ts";
import { unlike } from "../machine/alike.ts";
import { identityIn, portProblems } from "../machine/check.ts";
import { Hold, patienceFor } from "../machine/hold.ts";
import { keepsImage, nothingToKeep } from "../machine/image.ts";
import { isItsVolume } from "../machine/record.ts";
import { destroy } from "../machine/write.ts";
import type { Properties } from "../value.ts";
import { openBook, runningLabels, undoesRelease } from "./book.ts";
import { unfolded } from "./echo.ts";
import { everyMachine, type Fleet, type GroupName, idsOf, imagesOf, readFleet } from "./fleet.ts";
import { goBack } from "./go-back.ts";
import { importGroup } from "./import.ts";
import { existing, found, recordsOf } from "./live.ts";
import { whereMounted } from "./mount.ts";
import { Progress } from "./progress.ts";
import { imageOfRelease, nextVersion, releasesWith } from "./release.ts";
import { type Rollout, roll } from "./rollout.ts";
import { type GroupInputs, groupInputs, groupOutputs } from "./schema.ts";
import { shareVolumes, slotProblems } from "./slot.ts";
import { isAsDeclared, isNewRelease, type Standing } from "./step.ts";
import { strategyProblems } from "./strategy-check.ts";
import { settled } from "./window.ts";

export const processGroup = defineLifecycle({
  token: "airworthy:index:ProcessGroup",
  inputs: groupInputs,
  outputs: groupOutputs,

  check: (news) => [...slotProblems(news), ...strategyProblems(news), ...portProblems(news)],

  identity: (news) => identityIn(news, "group"),

  // A group of another name that keeps the volumes can have them only when the machines that had them are gone.
  deleteBeforeReplace: ({ inputs }, news) => shareVolumes(inputs, news),

  // A machine's volume that Fly moved has a new id, which the program's Volume learns by a refresh and we knew before.
  settle: (differences, known, news) => {
    const records = recordsOf(known.outputs);
    return unlike(differences, known, news).filter(({ path: [top, index, leaf] }) => {
      if (top !== "slots" || leaf !== "volume") return true;
      const slot = (news["slots"] as Properties[])[Number(index)];
      return !isItsVolume(records[String(slot?.["name"])], slot?.["volume"]);
    });
  },

  create: (context, declared) => converge(context, declared, undefined),

  async read(context, id, known) {
    const [app = "", name = ""] = id.split("/");
    const group: GroupName = { stack: context.stack, app, name };
    if (known === undefined) return await importGroup(context, group);
    const slots = (known.inputs["slots"] ?? []) as unknown as GroupInputs["slots"];
    const fleet = await readFleet(context, group, slots, recordedIds(known));
    return fleet === undefined ? undefined : found(context, id, fleet, known);
  },

  update: (context, _id, declared, known) => converge(context, declared, known),

  async remove(context, _id, known) {
    const { outputs } = known;
    const group = { stack: context.stack, app: String(outputs["app"]), name: String(outputs["name"]) };
    const fleet = await readFleet(context, group, [], recordedIds(known));
    if (fleet === undefined) return;
    const machines = everyMachine(fleet);
    const hold = new Hold(context, group);
    hold.adopt(machines);
    try {
      await settled(machines.map((machine) => destroy(context, hold, group.app, machine)));
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
    const what = `app "${inputs.app}" is gone. Run \`pulumi refresh\`, then \`pulumi up\``;
    throw new FlyError("not-found", `deploy group "${inputs.name}"`, what);
  }
  const rollout = await begin(context, group, { inputs, fleet, ...remembered(known) }, known);
  try {
    const book = await bookOf(rollout);
    Object.assign(rollout.labels, book?.labels ?? runningLabels(rollout));
    try {
      await roll(rollout);
    } catch (error) {
      await book?.close(context.signal.aborted ? "interrupted" : "failed");
      throw error;
    }
    await book?.close("complete");
    // Not the fleet that was listed first: who had to be waited for may have left another.
    const releases = releasesWith(inputs, rollout.fleet, rollout.release, known?.outputs);
    summarise(rollout);
    return existing(inputs, rollout.fleet, echoes(rollout), rollout.release, { ...known?.outputs, releases });
  } catch (error) {
    const { rollout: ended, text } = await goBack(rollout, known, error);
    throw await halfMade(ended, known, error, text);
  } finally {
    rollout.progress.end();
    await rollout.hold.release();
  }
}

const remembered = (known: Known | undefined) => ({
  observed: unfolded(known?.outputs["observed"]),
  records: recordsOf(known?.outputs),
});

async function begin(
  context: Context,
  group: GroupName,
  standing: Standing,
  known: Known | undefined,
): Promise<Rollout> {
  const { fleet } = standing;
  const images = imagesOf(fleet, standing.inputs.slots);
  if (keepsImage(standing.inputs.config) && Object.keys(images).length === 0) {
    throw nothingToKeep(`deploy group "${group.name}" of app "${group.app}"`);
  }
  const inputs = { ...standing.inputs, slots: await whereMounted(context, group.app, standing) };
  const now = { ...standing, inputs };
  const lastRelease = nextVersion(known?.outputs) - 1;
  const isNew = lastRelease === 0 || isNewRelease(now);
  const asDeclared = inputs.slots.filter((slot) => isAsDeclared(now, slot));
  const hold = new Hold(context, { app: group.app, patience: patienceFor(inputs.deploy.waitTimeout) });
  hold.adopt(everyMachine(fleet));
  return {
    ...now,
    context,
    group,
    images,
    lastRelease,
    isNew,
    release: isNew ? lastRelease + 1 : lastRelease,
    labels: {},
    proven: new Set(),
    touched: false,
    isReturn: false,
    hold,
    progress: new Progress(context, group.name, inputs.slots.length, asDeclared.length),
  };
}

/** Fly's own line of the release; none where nothing new is rolled out, and no release of somebody else's is undone. */
async function bookOf(rollout: Rollout) {
  const { context, group, inputs, fleet, isNew } = rollout;
  if (!isNew && !undoesRelease(rollout)) return undefined;
  return await openBook(context, {
    app: group.app,
    image: imageOfRelease(inputs, fleet),
    strategy: inputs.deploy.strategy,
  });
}

function summarise({ context, progress, isNew, release, inputs }: Rollout): void {
  const what = isNew ? `release ${release}, ${inputs.deploy.strategy},` : "done";
  const text = progress.summary(what);
  if (text !== undefined) context.inform(text);
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
async function halfMade(rollout: Rollout, known: Known | undefined, error: unknown, text: string): Promise<unknown> {
  const { context, group, inputs, release, isReturn } = rollout;
  const look = context.fly.withSignal(AbortSignal.timeout(10_000));
  const recorded = { ...recordedIds(known), ...idsOf(rollout.fleet) };
  const fleet: Fleet = await readFleet(context, group, inputs.slots, recorded, look).then(
    (live) => live ?? rollout.fleet,
    () => rollout.fleet,
  );
  if (known === undefined && everyMachine(fleet).length === 0) return error;
  const made = existing(inputs, fleet, echoes({ ...rollout, fleet }), release, known?.outputs);
  const reason = [(error as Error).message, text].filter(Boolean).join("\n");
  return new HalfMade(made, reason, { cause: error, ...(isReturn && { inForce: inputs as unknown as Properties }) });
}
