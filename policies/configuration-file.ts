// Loaded only where a file is named: the schema costs more than all the rest of a start.

import { basename } from "node:path";
import { closest, distance } from "fastest-levenshtein";
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from "toml-eslint-parser";
import type * as z from "zod";
import { type Catalogue, type ConfigurationFile, configurationSchema } from "./configuration-schema.ts";

type Path = readonly PropertyKey[];

/** Reads what a file says. A mistake is an error of one line, with the file, the line and the column. */
export function readConfiguration(text: string, file: string, catalogue: Catalogue, now: Date): ConfigurationFile {
  const document = parsed(text, file);
  const content = getStaticTOMLValue(document);
  const { rules = {} } = content as { rules?: object };
  const result = configurationSchema(catalogue, now, (slug) => Object.hasOwn(rules, slug)).safeParse(content);
  if (result.success) return result.data;
  const mistakes = result.error.issues
    .flatMap((issue) => mistakesOf(issue, content, catalogue, now))
    .map(({ path, says, ofKey = false }) => ({ at: positionOf(document, path, ofKey), says: `${spelt(path)} ${says}` }))
    .sort((one, other) => one.at.line - other.at.line || one.at.column - other.at.column);
  const [first, ...others] = mistakes;
  const more =
    others.length === 0 ? "" : ` (and ${others.length} more ${others.length === 1 ? "mistake" : "mistakes"})`;
  throw new Error(`${file}:${first?.at.line}:${first?.at.column}: ${first?.says}${more}`);
}

/** How a message calls an entry: without the folder, which is another on every machine. */
export const entryOf = (kind: string, index: number, file: string) => `${kind} ${index + 1} of ${basename(file)}`;

function parsed(text: string, file: string): AST.TOMLProgram {
  try {
    return parseTOML(text, { tomlVersion: "1.0" });
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new Error(`${file}:${error.lineNumber}:${error.column + 1}: this is no TOML: ${error.message}`);
  }
}

interface Mistake {
  path: Path;
  says: string;
  /** Whether the key itself is wrong, and not what it is set to. */
  ofKey?: boolean;
}

function mistakesOf(issue: z.core.$ZodIssue, content: unknown, catalogue: Catalogue, now: Date): Mistake[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(configurationSchema(catalogue, now), issue.path);
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      says: `is no key here; ${hint(key, known)}`,
      ofKey: true,
    }));
  }
  // A list that nearly is one of two kinds: what is wrong in it says more than that it is neither.
  const within = issue.code === "invalid_union" ? issue.errors.flat().find(({ path }) => path.length > 0) : undefined;
  if (within) return mistakesOf({ ...within, path: [...issue.path, ...within.path] }, content, catalogue, now);
  const value = issue.path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown>)?.[key], content);
  const near =
    issue.code === "invalid_value" && typeof value === "string" ? nearest(value, issue.values.map(String)) : undefined;
  return [{ path: issue.path, says: `${shown(value)}; ${near ?? `give ${issue.message}`}` }];
}

/** Enough of the value to find it. */
function shown(value: unknown): string {
  if (value === undefined) return "is missing";
  if (value instanceof Date) return `is ${value.toISOString().replace(/T00:00:00\.000Z$/, "")}`;
  if (Array.isArray(value)) return "is a list";
  if (value !== null && typeof value === "object") return "is a table";
  const text = JSON.stringify(value);
  return `is ${text.length > 60 ? `${text.slice(0, 60)}…` : text}`;
}

function nearest(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const near = closest(word, words);
  return distance(word, near) <= Math.max(2, Math.floor(near.length / 4)) ? `did you mean ${near}?` : undefined;
}

function hint(key: string, known: readonly string[]): string {
  const all =
    known.length > 12
      ? `docs/rules/ has a page for each of the ${known.length} there are`
      : `there are ${known.join(", ")}`;
  return nearest(key, known) ?? all;
}

/** The keys that the schema has at a path. */
function keysAt(schema: z.core.$ZodType, path: Path): string[] {
  const { def } = schema._zod as {
    def: {
      type: string;
      innerType?: z.core.$ZodType;
      element?: z.core.$ZodType;
      shape?: Record<string, z.core.$ZodType>;
    };
  };
  if (def.innerType) return keysAt(def.innerType, path);
  if (def.element) return keysAt(def.element, path.slice(1));
  const [key, ...rest] = path;
  if (key === undefined) return Object.keys(def.shape ?? {});
  const next = def.shape?.[String(key)];
  return next === undefined ? [] : keysAt(next, rest);
}

/** As a program would spell it: `exemption[0].reason`. */
const spelt = (path: Path) =>
  path.reduce<string>((text, key) => {
    if (typeof key === "number") return `${text}[${key}]`;
    return text === "" ? String(key) : `${text}.${String(key)}`;
  }, "");

interface Position {
  line: number;
  column: number;
}

/** Where the value is, or its key where that is a table or wrong itself; of what is missing, what it is missing from. From 1. */
function positionOf(document: AST.TOMLProgram, path: Path, ofKey: boolean): Position {
  const places = new Map<string, AST.Position>();
  for (const node of document.body[0].body) note(node, [], places);
  const key = ofKey ? places.get(keyAt(path)) : undefined;
  if (key) return { line: key.line, column: key.column + 1 };
  for (let length = path.length; length > 0; length -= 1) {
    const place = places.get(JSON.stringify(path.slice(0, length)));
    if (place) return { line: place.line, column: place.column + 1 };
  }
  return { line: 1, column: 1 };
}

const keyAt = (path: Path) => `key ${JSON.stringify(path)}`;

function note(
  node: AST.TOMLTable | AST.TOMLKeyValue | AST.TOMLContentNode,
  base: Path,
  places: Map<string, AST.Position>,
): void {
  const mark = (path: Path, { start }: AST.SourceLocation) => {
    const key = JSON.stringify(path);
    if (!places.has(key)) places.set(key, start);
  };
  if (node.type === "TOMLTable") {
    for (let length = 1; length <= node.resolvedKey.length; length += 1)
      mark(node.resolvedKey.slice(0, length), node.loc);
    for (const item of node.body) note(item, node.resolvedKey, places);
  } else if (node.type === "TOMLKeyValue") {
    const path = [...base, ...node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value))];
    for (let length = base.length + 1; length < path.length; length += 1) mark(path.slice(0, length), node.loc);
    places.set(keyAt(path), node.key.loc.start);
    note(node.value, path, places);
  } else {
    mark(base, node.loc);
    if (node.type === "TOMLArray")
      for (const [index, item] of node.elements.entries()) note(item, [...base, index], places);
    if (node.type === "TOMLInlineTable") for (const item of node.body) note(item, base, places);
  }
}
