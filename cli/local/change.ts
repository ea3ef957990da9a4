import { confirm } from "../question.ts";
import { Trouble } from "../trouble.ts";
import { control, servedFrom } from "./control.ts";
import { lengthOf } from "./option.ts";

/** Lets time pass. */
export async function advance(dir: string, given: string): Promise<void> {
  const advanceMs = lengthOf("--advance", given);
  const { now } = await control(await servedFrom(dir), "move the clock", "POST", "clock", { advanceMs });
  console.log(`it is ${now} at Fly now`);
}

/** Lets something happen that no call does; what it answers beyond "done" is printed. */
export async function happen(dir: string, json: string): Promise<void> {
  const event = eventOf(json);
  const { ok: _, ...answer } = await control(await servedFrom(dir), "let the event happen", "POST", "events", event);
  console.log(Object.keys(answer).length === 0 ? "it happened" : JSON.stringify(answer));
}

function eventOf(json: string): object {
  try {
    const event: unknown = JSON.parse(json);
    if (event !== null && typeof event === "object" && !Array.isArray(event)) return event;
  } catch {
    // Said below, as for what is JSON and no object.
  }
  throw new Trouble(`let the event happen: it must be a JSON object as '{ "kind": "exit", … }'`);
}

/** Empties the world, if that is really wanted. */
export async function reset(dir: string, isSure: boolean): Promise<void> {
  const fly = await servedFrom(dir);
  const question = `Forget everything in the local Fly of ${dir}? Stacks that use it lose it`;
  if (!isSure) await confirm("empty the world", question);
  await control(fly, "empty the world", "POST", "reset");
  console.log(`the local Fly of ${dir} is empty`);
}
