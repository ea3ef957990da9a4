import type { z } from "zod";
import { withoutSecrets } from "../fly/redaction.ts";
import { type Existing, type Lifecycle, marked } from "./lifecycle.ts";
import { at, type Lifted, type Path, type Properties, seal, unknown, type Value } from "./value.ts";

/** Outputs contain the inputs under the same names, so that rules and programs read one dialect. */
export function sealed(lifecycle: Lifecycle, inputs: Lifted, { outputs, outputSecrets = [] }: Omit<Existing, "id">) {
  const all = { ...inputs.value, ...outputs };
  const given = secretPaths(lifecycle.inputs, all, [...inputs.secrets, ...outputSecrets]);
  return seal(all, [...given, ...marked(lifecycle.outputs, "secret").map((name) => [name])]);
}

/** Where secrets are: what the program marked, and what is secret whoever wrote it. */
export function secretPaths(schema: z.ZodObject, value: Properties, given: readonly Path[]): Path[] {
  const own = marked(schema, "secret").flatMap((name): Path[] => {
    const field = value[name];
    return field !== null && typeof field === "object" ? Object.keys(field).map((key) => [name, key]) : [[name]];
  });
  return [...given, ...own];
}

/** A function that takes the secrets of one call of the engine's out of a text: Fly may quote what it refuses. */
export function concealer(lifted: Lifted, alwaysSecret: string[] = []): (text: string) => string {
  const leaves = secretTexts(lifted, alwaysSecret);
  return (text) => withoutSecrets(text, leaves);
}

/** Every text at or below a place that is secret, known by now. */
export const secretTexts = ({ value, secrets }: Lifted, alwaysSecret: string[] = []): string[] =>
  [...secrets, ...alwaysSecret.map((name) => [name])].flatMap((path) => strings(at(value, path)));

const strings = (value: Value | undefined): string[] =>
  typeof value === "string"
    ? [value].filter((text) => text !== unknown)
    : value !== null && typeof value === "object"
      ? Object.values(value).flatMap(strings)
      : [];
