import type { Lifecycle } from "./lifecycle.ts";
import type { Properties, Value } from "./value.ts";

/** Releases at which the stack's configuration holds groups, by `<app>/<group>`. */
export type Pins = ReadonlyMap<string, number>;

const example = "`pulumi config set --path 'airworthy:pins[\"shop/web\"]' 5`";

/** Reads `airworthy:pins`. Stack configuration comes as JSON text, an explicit provider's argument perhaps as an object. */
export function readPins(config: Properties): Pins {
  const given = config["pins"];
  if (given === undefined || given === null || given === "") return new Map();
  const pins = typeof given === "string" ? parsed(given) : given;
  if (pins === null || typeof pins !== "object" || Array.isArray(pins)) {
    throw new Error(`airworthy:pins must name groups and the release each is held at, as after ${example}`);
  }
  for (const [name, release] of Object.entries(pins)) refuseWrong(name, release);
  return new Map(Object.entries(pins) as [string, number][]);
}

function refuseWrong(name: string, release: Value): void {
  const does = `airworthy:pins["${name}"]`;
  if (!/^[^/]+\/[^/]+$/.test(name)) throw new Error(`${does}: the name must be <app>/<group>, as after ${example}`);
  if (typeof release !== "number" || !Number.isInteger(release) || release < 1) {
    throw new Error(`${does}: must be the number of a release, 1 or more; \`airworthy releases\` lists them`);
  }
}

function parsed(text: string): Value {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** At which release a resource is held, if at any, and what there is to say of it. */
export interface Held {
  pin: number;
  warning: string;
  /** Why it cannot be. */
  problem: string | undefined;
}

/** @param olds - what was declared before; the state has no release of a group that was not */
export function heldBy(
  pins: Pins | undefined,
  lifecycle: Lifecycle,
  inputs: Properties,
  olds: Properties | undefined,
): Held | undefined {
  const pin = pins?.get(lifecycle.pinnedAs?.(inputs) ?? "");
  if (pin === undefined) return undefined;
  const what = `${lifecycle.identity?.(inputs)} is held at release ${pin} by airworthy:pins`;
  const warning = `${what}: what the program says of image and config waits until \`airworthy rollback --lift\``;
  const isNew = Object.keys(olds ?? {}).length === 0;
  const why = "this stack is to make the group anew, and has no release of it. Run `airworthy rollback --lift` first";
  return { pin, warning, problem: isNew ? `${what}, but ${why}` : undefined };
}
