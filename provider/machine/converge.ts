import {
  type FlyMachine,
  isReachable,
  type MachineBody,
  machineList,
  metadataOf,
  mountedVolume,
} from "../../fly/machine.ts";
import { type Context, type Existing, HalfMade, type Known } from "../lifecycle.ts";
import { configDrift, isProven } from "./drift.ts";
import { awaiting, failed, whenHealthy, whenSettled } from "./gate.ts";
import { Hold, patienceFor } from "./hold.ts";
import { imageOf, keepsImage, nothingToKeep } from "./image.ts";
import { carries, configLabels, tagOf } from "./label.ts";
import { existing } from "./live.ts";
import { halted, isAtRest } from "./rest.ts";
import type { MachineInputs } from "./schema.ts";
import { start } from "./start.ts";
import { type Place, wireConfig } from "./wire.ts";
import { createOnce, destroy, rewrite } from "./write.ts";

/** The tag by which a machine that stands by itself is found after a lost create. */
export const ownTag = ({ stack }: Context, { app, name }: MachineInputs) => tagOf(stack, app, "machine", name);

/** Brings the machine to what is declared, from whatever is live; what then exists is what the state says. */
export async function converge(
  context: Context,
  declared: MachineInputs,
  before: FlyMachine | undefined,
  known: Known | undefined,
): Promise<Existing> {
  const { app } = declared;
  const hold = new Hold(context, { app, patience: patienceFor(declared.waitTimeout) });
  let live = before;
  const observed: unknown = known?.outputs["observed"];
  if (before !== undefined) hold.adopt([before]);
  try {
    // A replacement that died after its create, of which the program wants another now.
    if (known === undefined && live !== undefined && !isInPlace(live, declared)) {
      await destroy(context, hold, app, live);
      live = undefined;
    }
    const step = live && stepFor(live, declared, observed);
    if (live !== undefined && step === undefined) return existing(declared, live, observed, known);
    const [isHalted, runsBySchedule] = [halted.includes(live?.state ?? ""), declared.schedule !== undefined];
    // One on a schedule is at rest between its runs, however they ended.
    const rests = live !== undefined && isHalted && (runsBySchedule || isAtRest(live));
    const isDown = isHalted && (step === "update" ? !rests : !runsBySchedule);
    const mustStart = isDown || (step === "prove" && failed.includes(live?.state ?? ""));
    const body = (seen: FlyMachine | undefined) => bodyFor(context, declared, seen);
    if (live === undefined) live = await createOnce(context, app, body(before), ownTag(context, declared));
    else if (step === "update") live = await rewrite(context, hold, live, { app, what: declared.name, body });
    if (mustStart) await start(context, hold, app, live);
    // A machine that was stopped stays stopped, and has nothing to prove.
    if (!(step === "update" && rests)) live = await comeUp(context, declared, live);
    return existing(declared, live, live.config, known);
  } catch (error) {
    live ??= await made(context, declared);
    if (live === undefined) throw error;
    throw new HalfMade(existing(declared, live, observed, known), (error as Error).message, { cause: error });
  } finally {
    await hold.release();
  }
}

/** The machine that a create made whose answer nobody waited for; asked for though the run is being cancelled. */
async function made(context: Context, declared: MachineInputs): Promise<FlyMachine | undefined> {
  const look = context.fly.withSignal(AbortSignal.timeout(10_000));
  const machines = await machineList(look, declared.app).catch(() => undefined);
  return machines?.find((machine) => metadataOf(machine)["airworthy_tag"] === ownTag(context, declared));
}

const isInPlace = (live: FlyMachine, { region, volume }: MachineInputs) =>
  live.region === region && (!isReachable(live) || mountedVolume(live) === volume);

/** Where the machine is. It keeps its volume, whatever id Fly has given that since. */
const placeOf = ({ region, volume }: MachineInputs, live: FlyMachine | undefined): Place => ({
  region,
  volume: (live && mountedVolume(live)) ?? volume,
});

/** What the machine lacks of what is declared: a config, or the proof that it comes up with the one it has. */
function stepFor(live: FlyMachine, declared: MachineInputs, observed: unknown): "update" | "prove" | undefined {
  if (!carries(live, declared, placeOf(declared, live))) return "update";
  // What the host cannot be asked about is no drift.
  if (!isReachable(live)) return undefined;
  if (!isProven(live, observed)) return "prove";
  return configDrift(observed, live.config, keepsImage(declared.config)).length > 0 ? "update" : undefined;
}

function bodyFor(context: Context, declared: MachineInputs, live: FlyMachine | undefined): MachineBody {
  const { app, name, region, config, minSecretsVersion } = declared;
  const place = placeOf(declared, live);
  const image = imageOf(live);
  if (keepsImage(config) && image === undefined) {
    throw nothingToKeep(`create machine "${name}" of app "${app}"`);
  }
  const labels = {
    airworthy_stack: context.stack,
    airworthy_machine: context.name,
    airworthy_tag: ownTag(context, declared),
    ...configLabels(declared, place),
  };
  return {
    ...(live === undefined && { name }),
    region,
    config: wireConfig(declared, place, { labels, image }),
    min_secrets_version: minSecretsVersion,
  };
}

/** Waits until the machine is healthy; one with a schedule need not run, so that Fly is done with it is enough. */
function comeUp(context: Context, declared: MachineInputs, machine: FlyMachine): Promise<FlyMachine> {
  const what = awaiting({ app: declared.app, machine, what: declared.name, limit: declared.waitTimeout });
  return declared.schedule === undefined ? whenHealthy(context, what) : whenSettled(context, what);
}
