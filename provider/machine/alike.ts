import { fullImage } from "../../fly/image.ts";
import { type Difference, differences } from "../diff.ts";
import type { Known } from "../lifecycle.ts";
import type { Path, Properties, Value } from "../value.ts";
import { keepsImage } from "./image.ts";
import { plainConfig } from "./plain.ts";

/**
 * The differences that are any to Fly. A default said aloud, another spelling of a duration or of an image is none, so
 * that what was imported from Fly is what a person wrote; nor is it a change to keep from now on what runs already.
 */
export function unlike(found: Difference[], known: Known, news: Properties): Difference[] {
  const real = differences(asFlyTakesIt(known.inputs), asFlyTakesIt(news)).map(({ path }) => path);
  const keeps = keepsImage((news["config"] ?? {}) as Properties);
  return found
    .filter(({ path }) => real.some((other) => isWithin(path, other) || isWithin(other, path)))
    .filter(({ path: [top, key] }) => !(keeps && top === "config" && key === "image"));
}

const isWithin = (path: Path, outer: Path) => outer.every((part, index) => path[index] === part);

function asFlyTakesIt(inputs: Properties): Properties {
  const { config, slots, raw, ...rest } = inputs;
  return {
    ...rest,
    ...(config !== undefined && { config: plainConfig(withFullImage(config)) }),
    ...(slots !== undefined && { slots: Array.isArray(slots) ? slots.map(plainSlot) : slots }),
    ...(raw !== undefined && (typeof raw !== "object" || Object.keys(raw ?? {}).length > 0) && { raw }),
  };
}

const withFullImage = (config: Value): Value =>
  typeof (config as Properties)?.["image"] === "string"
    ? { ...(config as Properties), image: fullImage((config as { image: string }).image) }
    : config;

function plainSlot(slot: Value): Value {
  if (slot === null || typeof slot !== "object") return slot;
  const { keepRunning, ...rest } = slot as Properties;
  return keepRunning === undefined || keepRunning === false ? rest : { ...rest, keepRunning };
}
