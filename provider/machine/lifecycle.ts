import { FlyError } from "../../fly/errors.ts";
import { type FlyMachine, machineList, metadataOf } from "../../fly/machine.ts";
import { type Context, defineLifecycle } from "../lifecycle.ts";
import { unknown } from "../value.ts";
import { unlike } from "./alike.ts";
import { identityIn, mountProblems, portProblems } from "./check.ts";
import { converge, ownTag } from "./converge.ts";
import { Hold } from "./hold.ts";
import { found, importMachine, recordIn } from "./live.ts";
import { isItsVolume } from "./record.ts";
import { type MachineInputs, machineInputs, machineOutputs } from "./schema.ts";
import { destroy } from "./write.ts";

export const machine = defineLifecycle({
  token: "airworthy:index:Machine",
  inputs: machineInputs,
  outputs: machineOutputs,
  // Fly refuses a second live machine of a name, and the volume is free only when the first is gone.
  deleteBeforeReplace: () => true,

  check: (news) => {
    const { config, volume } = news as unknown as Partial<MachineInputs> | { config: string; volume?: string };
    const mounts = typeof config === "string" ? unknown : config?.mounts;
    return [...mountProblems(volume, mounts, ["volume"]), ...portProblems(news)];
  },

  identity: (news) => identityIn(news, "machine"),

  // A volume that Fly moved has a new id, which the program's Volume learns by a refresh and we knew before.
  settle: (differences, known, news) =>
    unlike(differences, known, news).filter(
      ({ path: [top] }) => !(top === "volume" && isItsVolume(recordIn(known), news["volume"])),
    ),

  async create(context, declared) {
    const does = `create machine "${declared.name}" of app "${declared.app}"`;
    const machines = await machineList(context.fly, declared.app);
    if (machines === undefined) {
      throw new FlyError("not-found", does, "the app is gone. Run `pulumi refresh`, then `pulumi up`");
    }
    const tag = ownTag(context, declared);
    const made = machines.find((machine) => metadataOf(machine)["airworthy_tag"] === tag);
    const namesake = machines.find(({ name }) => name === declared.name);
    if (made === undefined && namesake !== undefined) {
      const { id } = namesake;
      const way = `To manage it here run \`pulumi import airworthy:index:Machine ${context.name} ${declared.app}/${id}\``;
      throw new FlyError("invalid", does, `there is one of that name already, ${id}. ${way}`);
    }
    return await converge(context, declared, made, undefined);
  },

  async read(context, id, known) {
    const [app, machineId] = partsOf(id);
    if (known === undefined) return await importMachine(context, app, machineId);
    const live = await machineIn(context, id);
    return live && found(context, live, known);
  },

  async update(context, id, declared, known) {
    const live = await machineIn(context, id);
    if (live !== undefined) return await converge(context, declared, live, known);
    const does = `update machine "${declared.name}" of app "${declared.app}"`;
    throw new FlyError("not-found", does, "it is gone. Run `pulumi refresh`, then `pulumi up` makes another");
  },

  async remove(context, id) {
    const live = await machineIn(context, id);
    if (live === undefined) return;
    const [app] = partsOf(id);
    const hold = new Hold(context, { app });
    hold.adopt([live]);
    try {
      await destroy(context, hold, app, live);
    } finally {
      await hold.release();
    }
  },
});

function partsOf(id: string): [app: string, machine: string] {
  const [app = "", machine = ""] = id.split("/");
  return [app, machine];
}

/** The machine by the app's list, which a refresh asks for once however many machines and groups the app has. */
async function machineIn({ fly }: Context, id: string): Promise<FlyMachine | undefined> {
  const [app, machineId] = partsOf(id);
  return (await machineList(fly, app))?.find((one) => one.id === machineId);
}
