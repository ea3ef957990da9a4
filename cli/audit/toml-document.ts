import { readFileSync } from "node:fs";
import { type AST, getStaticTOMLValue, ParseError, parseTOML } from "toml-eslint-parser";
import { Trouble } from "../trouble.ts";

/** Keys and places in lists from the top of a document. */
export type TomlPath = readonly (string | number)[];

/** A TOML document, and where in it things are said. */
export interface TomlDocument {
  readonly content: Readonly<Record<string, unknown>>;
  /** Line of the key, or of the nearest table around it that is there; from 1. */
  lineOf(path: TomlPath): number;
}

/** Reads a file. What is wrong with it is told by line, and never quoted: it may be a secret. */
export function readToml(file: string): TomlDocument {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new Trouble(`read ${file}: ${unreadable(error as NodeJS.ErrnoException)}`);
  }
  try {
    return documentOf(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new Trouble(`read ${file}: line ${error.lineNumber} is no TOML: ${error.message}. Correct it`);
  }
}

function unreadable({ code }: NodeJS.ErrnoException): string {
  if (code === "ENOENT") return "there is no such file. Name a fly.toml with --toml";
  if (code === "EISDIR") return "this is a folder. Name the fly.toml in it";
  return `it cannot be read (${code})`;
}

export function documentOf(text: string): TomlDocument {
  const ast = parseTOML(text, { tomlVersion: "1.0" });
  const lines = new Map<string, number>();
  for (const node of ast.body[0].body) note(node, [], lines);
  const lineOf = (path: TomlPath): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const line = lines.get(JSON.stringify(path.slice(0, length)));
      if (line !== undefined) return line;
    }
    return 1;
  };
  return { content: getStaticTOMLValue(ast) as Record<string, unknown>, lineOf };
}

/** Notes the first line at which a table or key is named, and of what is inside it. */
function note(node: AST.TOMLTable | AST.TOMLKeyValue, base: TomlPath, lines: Map<string, number>): void {
  if (node.type === "TOMLTable") {
    mark(node.resolvedKey, node, lines);
    for (const item of node.body) note(item, node.resolvedKey, lines);
    return;
  }
  const keys = node.key.keys.map((key) => (key.type === "TOMLBare" ? key.name : key.value));
  const path = [...base, ...keys];
  mark(path, node, lines);
  noteValue(node.value, path, lines);
}

function noteValue(value: AST.TOMLContentNode, path: TomlPath, lines: Map<string, number>): void {
  if (value.type === "TOMLInlineTable") for (const item of value.body) note(item, path, lines);
  if (value.type !== "TOMLArray") return;
  for (const [index, item] of value.elements.entries()) {
    mark([...path, index], item, lines);
    noteValue(item, [...path, index], lines);
  }
}

function mark(path: TomlPath, node: AST.TOMLNode, lines: Map<string, number>): void {
  const key = JSON.stringify(path);
  if (!lines.has(key)) lines.set(key, node.loc.start.line);
}
