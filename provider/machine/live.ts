import { FlyError } from "../../fly/errors.ts";
import { type FlyMachine, isReachable, machineList, metadataOf } from "../../fly/machine.ts";
import type { Context, Existing, Found, Known } from "../lifecycle.ts";
import { type Properties, pathText, type Value } from "../value.ts";
import { configDrift, isProven } from "./drift.ts";
import { readConfig, secretPlaces, warnOfUnknown } from "./from-wire.ts";
import { keepsImage } from "./image.ts";
import { refuseAnotherStacks } from "./label.ts";
import { Overlay } from "./overlay.ts";
import { type MachineRecord, recordOf } from "./record.ts";
import { type MachineInputs, machineInputs } from "./schema.ts";

/** The machine as the state remembers it. */
export function recordIn(known: Known | undefined): MachineRecord | undefined {
  if (known === undefined) return undefined;
  const { machineId: id, ...rest } = known.outputs as unknown as Omit<MachineRecord, "id"> & { machineId: string };
  return { ...rest, id };
}

/** The machine as the state keeps it; `observed` is the config with which it was seen to come up. */
export function existing(
  declared: Pick<MachineInputs, "app">,
  live: FlyMachine,
  observed: unknown,
  known: Known | undefined,
): Existing {
  const { id: machineId, instanceId, privateIp, volume, formerVolumes = [] } = recordOf(live, recordIn(known));
  const outputs = { machineId, instanceId, privateIp, formerVolumes, observed: (observed ?? {}) as Value };
  return { id: `${declared.app}/${machineId}`, outputs: { ...outputs, ...(volume !== undefined && { volume }) } };
}

/** The machine as it is at Fly, in a program's terms: what somebody changed stands in the inputs with its live value. */
export function found(context: Context, live: FlyMachine, known: Known): Found {
  const declared = structuredClone(known.inputs) as unknown as MachineInputs;
  const { observed } = known.outputs;
  const now = existing(declared, live, observed, known);
  const { schedule, ...rest } = declared;
  // A schedule is part of the config at Fly, and beside it in a program.
  const shown: MachineInputs["config"] & Pick<MachineInputs, "schedule"> = { ...rest.config, schedule };
  const overlay = new Overlay(shown);
  const proven = isProven(live, observed);
  if (isReachable(live) && proven) {
    const drift = configDrift(observed, live.config, keepsImage(rest.config));
    overlay.put(drift, live.config as Value);
    const what = drift.map((path) => pathText(path[0] === "schedule" ? path : ["config", ...path])).join(", ");
    if (what !== "") context.warn(`machine ${live.id} (${declared.name}) was changed at Fly: ${what}`);
  }
  const { schedule: scheduled, ...config } = shown;
  const { volume } = now.outputs;
  const inputs = { ...rest, region: live.region, config, ...(volume !== undefined && { volume }) };
  return {
    ...now,
    inputs: { ...inputs, ...(scheduled !== undefined && { schedule: scheduled }) } as unknown as Properties,
    secrets: overlay.secrets.map((path) => ["config", ...path]),
    unended:
      proven || !isReachable(live)
        ? undefined
        : `the last change of machine ${live.id} (${declared.name}) ended early. Run \`pulumi up\` to go on with what is declared`,
  };
}

/** Takes over a machine that is there: its inputs as a program would have to write them. */
export async function importMachine(context: Context, app: string, id: string): Promise<Found> {
  const does = `import machine "${id}" of app "${app}"`;
  const machines = await machineList(context.fly, app);
  const live = machines?.find((machine) => machine.id === id);
  if (live === undefined) {
    const why = machines === undefined ? "there is no such app" : "the app has no such machine";
    throw new FlyError(
      "not-found",
      does,
      `${why}. The id is <app>/<machine id>, as \`fly machine list -a <app>\` shows it`,
    );
  }
  refuseAnotherStacks(live, context.stack, does);
  const { airworthy_group: group } = metadataOf(live);
  if (group) {
    throw new FlyError(
      "invalid",
      does,
      `it is one of group "${group}": import that as a ProcessGroup, ${app}/${group}`,
    );
  }
  if (!isReachable(live)) {
    throw new FlyError("server", does, `its host is ${live.host_status}, so its config cannot be read now`);
  }
  const { schedule, ...wire } = live.config ?? {};
  const read = readConfig(wire);
  warnOfUnknown(context, live, read);
  const { config, raw } = read;
  const now = existing({ app }, live, live.config, undefined);
  const { volume } = now.outputs;
  const inputs = {
    ...{ app, name: live.name ?? live.id, region: live.region, config },
    ...(typeof schedule === "string" && schedule !== "" ? { schedule } : {}),
    ...(volume !== undefined && { volume }),
    waitTimeout: machineInputs.shape.waitTimeout.parse(undefined),
    ...(raw && { raw }),
  };
  return { ...now, inputs: inputs as Properties, secrets: secretPlaces(read) };
}
