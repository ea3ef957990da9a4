import { type Difference, differences } from "../diff.ts";
import { type Existing, HalfMade, type Known, type Lifecycle } from "../lifecycle.ts";
import { plainError } from "../protocol.ts";
import { type Path, type Properties, pathText, same, unknown, type Value } from "../value.ts";
import { effectiveInputs } from "./release.ts";
import type { GroupInputs } from "./schema.ts";

/**
 * The lifecycle of a group that `airworthy:pins` may hold at a release. Inside it nothing knows of that: it is given what
 * is in force in place of what the program says. The state's inputs are the program's, with the number of the release
 * beside them; its outputs have the config that runs.
 */
export function heldByPins(lifecycle: Lifecycle): Lifecycle {
  const { create, read, update, settle } = lifecycle;
  return {
    ...lifecycle,
    pinnedAs: ({ app, name }) =>
      [app, name].every((part) => typeof part === "string" && part !== unknown) ? `${app}/${name}` : undefined,
    settle: (_, known, news) => {
      const before = whatRuns(known);
      const after = inForce(news, known.outputs);
      const all = differences(before, after);
      return shown(settle?.(all, { ...known, inputs: before }, after) ?? all, known, before, after);
    },
    create: (context, declared) => telling(declared as Properties, () => create(context, declared)),
    async update(context, id, declared, known) {
      const news = declared as Properties;
      const wanted = effectiveInputs(news as unknown as GroupInputs, known.outputs);
      const { pin: _, ...before } = whatRuns(known);
      const act = () => update?.(context, id, wanted, { ...known, inputs: before }) as Promise<Existing>;
      return await telling(news, act, known.inputs);
    },
    async read(context, id, known) {
      if (known === undefined) return await read(context, id, known);
      const before = whatRuns(known);
      const found = await read(context, id, { ...known, inputs: before });
      if (found === undefined || before === known.inputs) return found;
      // What somebody changed stands where the config is that ran; the inputs stay what the program said.
      const { config: _, raw: __, ...inputs } = found.inputs;
      const outputs = { ...found.outputs, raw: {}, ...contentOf(found.inputs) };
      const said = { ...inputs, ...contentOf(known.inputs) };
      return { ...found, inputs: said, outputs, outputSecrets: personalPlaces(outputs) };
    },
  };
}

/** What a pin is about. No `raw` and an empty one are the same. */
const contentOf = ({ config, raw }: { config?: Value | undefined; raw?: Value | undefined }): Properties => ({
  ...(config !== undefined && { config }),
  ...(Object.keys(raw ?? {}).length > 0 && { raw: raw as Value }),
});

const isContent = ({ path: [top] }: Difference) => top === "config" || top === "raw";

/** The inputs with the config that runs, which the outputs have: it is another than the program's while a pin holds. */
function whatRuns({ inputs, outputs }: Known): Properties {
  const runs = contentOf(outputs);
  // Without a pin it is the program's, said in other words perhaps since: an image, and later to keep what runs.
  if (inputs["pin"] === undefined || runs["config"] === undefined || same(runs, contentOf(inputs))) return inputs;
  const { config: _, raw: __, ...rest } = inputs;
  return { ...rest, ...runs };
}

function inForce(news: Properties, outputs: Properties): Properties {
  try {
    return effectiveInputs(news as unknown as GroupInputs, outputs) as unknown as Properties;
  } catch (error) {
    throw plainError((error as Error).message);
  }
}

/**
 * The differences as a preview is to show them. The CLI takes what a property becomes from the program, which is not what
 * it becomes while a pin holds: that is said in words.
 */
function shown(found: Difference[], known: Known, before: Properties, after: Properties): Difference[] {
  const { pin } = after;
  const contents = found.filter(isContent);
  const others = found.filter((one) => !isContent(one));
  const isNew = pin !== undefined && pin !== known.inputs["pin"];
  if (isNew) return withNote(others, noteOf(contents, before, after));
  if (before === known.inputs && pin === undefined) return found;
  const ran = contents.map((one) => ({ ...one, ofOutputs: true }));
  const note = pin !== undefined && ran.length > 0 ? noteOf(contents, before, after) : undefined;
  return [...others, ...withNote(ran, note)];
}

const withNote = ([first, ...rest]: Difference[], note: string | undefined): Difference[] =>
  first === undefined ? [] : [note === undefined ? first : { ...first, note }, ...rest];

function noteOf(found: Difference[], before: Properties, after: Properties): string {
  const imageOf = ({ config }: Properties) => String((config as Properties)["image"]);
  const places = found.map(({ path }) => pathText(path));
  const others = places.filter((place) => place !== "config.image");
  const parts = [
    ...(places.length > others.length ? [`config.image becomes ${imageOf(after)}, from ${imageOf(before)}`] : []),
    ...(others.length > 0 ? [`what it was then becomes of ${others.join(", ")}`] : []),
  ];
  const what = parts.length === 0 ? "nothing changes, it runs that already" : parts.join("; ");
  return `group ${after["name"]} of app ${after["app"]} is brought to release ${after["pin"]}: ${what}`;
}

/** Leaves out of the outputs the config that is the program's; another one is kept, with all that may be secret in it. */
async function telling(news: Properties, act: () => Promise<Existing>, olds: Properties = {}): Promise<Existing> {
  const isHeld = news["pin"] !== undefined || olds["pin"] !== undefined;
  const told = (existing: Existing): Existing => {
    const { config, raw, ...outputs } = existing.outputs;
    const runs = contentOf({ config, raw });
    if (same(runs, contentOf(news))) return { ...existing, outputs };
    const own = { raw: {}, ...runs };
    return { ...existing, outputs: { ...outputs, ...own }, ...(isHeld && { outputSecrets: personalPlaces(own) }) };
  };
  try {
    return told(await act());
  } catch (error) {
    if (!(error instanceof HalfMade)) throw error;
    const { existing, message, inForce: declared, cause } = error;
    throw new HalfMade(told(existing), message, { cause, ...(declared && { inForce: declared }) });
  }
}

/**
 * Every text of a config but the image. What was secret in a release nothing tells: the release is one secret as a whole.
 */
function personalPlaces(outputs: Properties): Path[] {
  const { image: _, ...config } = (outputs["config"] ?? {}) as Properties;
  return [...texts(config, ["config"]), ...texts(outputs["raw"], ["raw"])];
}

const texts = (value: Value | undefined, path: Path): Path[] =>
  typeof value === "string"
    ? [path]
    : value !== null && typeof value === "object"
      ? Object.entries(value).flatMap(([key, item]) => texts(item, [...path, Array.isArray(value) ? Number(key) : key]))
      : [];
