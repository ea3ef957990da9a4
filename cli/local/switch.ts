import { Trouble } from "../trouble.ts";
import { control, servedFrom } from "./control.ts";

interface Switch {
  question: string;
  positions: string[];
  position: string;
}

/** Turns a switch, or prints how all of them or that one stand. */
export async function turn(dir: string, name: string | undefined, position: string | undefined): Promise<void> {
  const fly = await servedFrom(dir);
  const all = (await control(fly, "ask how the switches stand", "GET", "switches")) as unknown as Record<
    string,
    Switch
  >;
  if (name !== undefined && !Object.hasOwn(all, name))
    throw new Trouble(`turn a switch: there is no ${JSON.stringify(name)}; there is ${Object.keys(all).join(", ")}`);
  if (name !== undefined && position !== undefined) {
    await control(fly, `turn the switch ${name}`, "POST", "switches", { [name]: position });
    console.log(`${name}: ${position}`);
  } else {
    const shown = Object.entries(all).filter(([one]) => name === undefined || one === name);
    for (const [one, about] of shown) console.log(words(one, about));
  }
}

const words = (name: string, { position, positions, question }: Switch) =>
  `${name}: ${position} (of ${positions.join(", ")}): ${question}`;
