import { randomInt } from "node:crypto";
import { z } from "zod";
import { secretDigests, secretsUpdate } from "../fly/secret.ts";
import { appName, integer, replaces } from "./input.ts";
import { defineLifecycle, type Existing, type Known } from "./lifecycle.ts";
import { type Properties, same, type Value } from "./value.ts";

const value = z.union(
  [z.string(), z.strictObject({ generate: z.strictObject({ length: integer(16, 256) }) })],
  "must be a string, or { generate: { length: 16 to 256 } }",
);

export const secretsInputs = z.strictObject({
  app: appName.meta({ ...replaces, description: "App whose machines get the secrets." }),
  values: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "must be a name of letters, digits and underscores"), value)
    .meta({ secret: true, description: "Values by name." }),
});

type Values = z.output<typeof secretsInputs>["values"];

export const secrets = defineLifecycle({
  token: "airworthy:index:Secrets",
  inputs: secretsInputs,
  outputs: z.object({ digests: z.record(z.string(), z.string()), version: z.int() }),

  check: ({ values }) =>
    Object.keys((values ?? {}) as Properties)
      .filter((key) => key.startsWith("FLY_"))
      .map((key) => ({ path: ["values", key], message: "names that begin with FLY_ are Fly's own" })),

  async create(context, declared) {
    // Setting is the same however often it is done, so what an earlier run set needs no looking for.
    return await set(context, declared.app, declared.values, {});
  },

  async read({ fly }, id, known) {
    const app = id.slice(0, id.indexOf("/"));
    if (known === undefined)
      throw new Error(`import secrets "${id}": Fly shows no values, so declare them and run \`pulumi up\``);
    const live = await secretDigests(fly, app);
    if (live === undefined) return undefined;
    const observed = known.outputs["digests"] as Record<string, string>;
    const values = known.inputs["values"] as Properties;
    // What was changed by hand has a value nobody can read: a stand-in that differs from any declared value.
    const seen = Object.keys(values).flatMap((key): [string, Value][] => {
      if (live[key] === undefined) return [];
      return [[key, live[key] === observed[key] ? (values[key] as Value) : `changed at Fly: ${live[key]}`]];
    });
    return { id, inputs: { ...known.inputs, values: Object.fromEntries(seen) }, outputs: known.outputs };
  },

  async update(context, _id, declared, known) {
    const before = (known.inputs["values"] ?? {}) as Properties;
    const live = (await secretDigests(context.fly, declared.app)) ?? {};
    const observed = (known.outputs["digests"] ?? {}) as Record<string, string>;
    const stale = Object.entries(declared.values).filter(
      ([key, wanted]) => !same(before[key], wanted) || live[key] === undefined || live[key] !== observed[key],
    );
    const dropped = Object.keys(observed).filter((key) => !(key in declared.values) && key in live);
    if (stale.length === 0 && dropped.length === 0) return existing(declared.app, context.name, known.outputs);
    const unset = Object.fromEntries(dropped.map((key) => [key, null]));
    return await set(context, declared.app, Object.fromEntries(stale), unset, declared.values);
  },

  async remove({ fly }, _id, { outputs }: Known) {
    const app = String(outputs["app"]);
    const live = await secretDigests(fly, app);
    const ours = Object.keys((outputs["digests"] ?? {}) as Properties).filter((key) => live?.[key] !== undefined);
    if (ours.length > 0) await secretsUpdate(fly, app, Object.fromEntries(ours.map((key) => [key, null])));
  },
});

async function set(
  { fly, name }: { fly: Parameters<typeof secretsUpdate>[0]; name: string },
  app: string,
  values: Values,
  unset: Record<string, null>,
  all: Values = values,
): Promise<Existing> {
  const sent = Object.entries(values).map(([key, wanted]) => [
    key,
    typeof wanted === "string" ? wanted : made(wanted.generate.length),
  ]);
  const version = await secretsUpdate(fly, app, { ...Object.fromEntries(sent), ...unset });
  const live = (await secretDigests(fly, app)) ?? {};
  const digests = Object.fromEntries(Object.keys(all).map((key) => [key, live[key] ?? ""]));
  return existing(app, name, { digests, version });
}

const existing = (app: string, name: string, { digests = {}, version = 0 }: Properties): Existing => ({
  id: `${app}/${name}`,
  outputs: { digests, version },
});

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

const made = (length: number) => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join("");
