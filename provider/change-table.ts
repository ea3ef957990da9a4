import { z } from "zod";
import type { Lifecycle } from "./lifecycle.ts";

/** What a change of an input does: to the resource in place, to its successor, or nothing, with the way to go instead. */
type OnChange = "in place" | "replaced" | { refused: string };

/** An input field of a resource. */
export interface InputField {
  /** Name as a program writes it; a field of a nested object has its parent's before it, `config.image`, `slots[].region`. */
  path: string;
  description: string;
  onChange: OnChange;
  /** What it is where it is not given, as Markdown: a value of the schema's, or what Fly does. */
  default: string | undefined;
  required: boolean;
  secret: boolean;
}

/**
 * Says what a field is and what it is by default, as `resources/` has it where people read it: of nested fields no schema
 * says what they are, nor what Fly makes of a field that is not given.
 */
type Describe = (type: string, path: string) => { text: string; default: string | undefined };

/** Name of a resource without its package, `Volume`. */
export const typeOf = ({ token }: Lifecycle) => token.slice(token.lastIndexOf(":") + 1);

/** Every input of a resource, as its schema has it; of a nested object also its own fields, and no deeper. */
export const inputFields = (lifecycle: Lifecycle, describe: Describe): InputField[] =>
  Object.entries(lifecycle.inputs.shape).flatMap(([name, schema]) => {
    const field = schema as z.ZodType;
    const { secret, ...marks } = field.meta() ?? {};
    const one = (path: string, inner: z.ZodType): InputField => {
      const said = describe(typeOf(lifecycle), path);
      return {
        path,
        description: inner.meta()?.description ?? said.text,
        onChange: onChangeOf(marks),
        default: inner instanceof z.ZodDefault ? `\`${JSON.stringify(inner.def.defaultValue)}\`` : said.default,
        required: !inner.safeParse(undefined).success,
        secret: secret === true,
      };
    };
    const list = innermost(field) instanceof z.ZodArray ? "[]" : "";
    return [one(name, field), ...nested(field).map(([key, inner]) => one(`${name}${list}.${key}`, inner))];
  });

function onChangeOf({ refusedOnChange, replaceOnChanges }: Record<string, unknown>): OnChange {
  if (typeof refusedOnChange === "string") return { refused: refusedOnChange };
  return replaceOnChanges === true ? "replaced" : "in place";
}

/** The page "in place, replaced, refused": a table for each resource. */
export const changeTables = (lifecycles: readonly Lifecycle[], describe: Describe): string =>
  [...lifecycles]
    .sort((a, b) => (typeOf(a) < typeOf(b) ? -1 : 1))
    .map((lifecycle) => {
      const rows = inputFields(lifecycle, describe).map(
        (field) =>
          `| \`${field.path}\` | ${cell(field.description)} | ${onChangeText(field.onChange)} | ${defaultText(field)} | ${field.secret ? "yes" : ""} |`,
      );
      return [`## ${typeOf(lifecycle)}`, "", ...heading, ...rows, ""].join("\n");
    })
    .join("\n");

const heading = ["| Input | What it is | On change | Default | Secret |", "|---|---|---|---|---|"];

const onChangeText = (onChange: OnChange) =>
  typeof onChange === "string" ? onChange : `refused: ${cell(onChange.refused)}`;

const defaultText = (field: InputField) => (field.required ? "required" : cell(field.default ?? ""));

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

/** The schema without what only says when it may be left out. */
function innermost(field: z.ZodType): z.ZodType {
  const wrapped = field instanceof z.ZodOptional || field instanceof z.ZodDefault || field instanceof z.ZodPrefault;
  return wrapped ? innermost(field.unwrap() as z.ZodType) : field;
}

function nested(field: z.ZodType): [string, z.ZodType][] {
  const inner = innermost(field);
  const item = inner instanceof z.ZodArray ? innermost(inner.element as z.ZodType) : inner;
  return item instanceof z.ZodObject ? (Object.entries(item.shape) as [string, z.ZodType][]) : [];
}
