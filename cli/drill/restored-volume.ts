import { isFlyError } from "../../fly/errors.ts";
import { machineDestroy, machineList } from "../../fly/machine.ts";
import { volumeDelete, volumeList } from "../../fly/volume.ts";
import type { Reach } from "./fly.ts";

/** How often is looked for what was asked for and not answered: Fly may show it some seconds late. */
const looks = 3;

/** Deletes the app's volumes of that name, and answers when none is there any more. */
export async function clearVolume({ client, pause }: Reach, app: string, name: string): Promise<void> {
  for (let empty = 0; empty < looks; await pause()) {
    const found = ((await volumeList(client, app)) ?? []).filter((volume) => volume.name === name);
    empty = found.length === 0 ? empty + 1 : 0;
    for (const { id } of found) {
      // Fly refuses while the machine that mounted it is still being destroyed: 412.
      await volumeDelete(client, app, id).catch((error) => {
        if (!isFlyError(error, "precondition")) throw error;
      });
    }
  }
}

/** Destroys the app's machines of that name, and answers when none is there any more. */
export async function clearMachine({ client, pause }: Reach, app: string, name: string): Promise<void> {
  for (let empty = 0; empty < looks; await pause()) {
    const found = ((await machineList(client, app)) ?? []).filter((machine) => machine.name === name);
    empty = found.length === 0 ? empty + 1 : 0;
    for (const { id } of found) await machineDestroy(client, app, id, undefined);
  }
}
