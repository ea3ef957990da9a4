import type { Find } from "./find.ts";
import { isCredential, isEnvironmentFile } from "./pair.ts";

export const isDockerfile = (path: string): boolean =>
  /(^|\/)(Dockerfile|Containerfile)(\.[\w-]+)?$|\.dockerfile$/i.test(path) && !/\.dockerignore$/.test(path);

/** What a build would take from the folder that it copies. */
export interface BuildContext {
  /** Environment files that are there now, as paths from the context. */
  readonly environmentFiles: readonly string[];
  /** Whether .dockerignore keeps a path out. */
  ignores(path: string): boolean;
}

interface Instruction {
  readonly line: number;
  readonly name: string;
  readonly rest: string;
}

/** The instructions, continued lines joined. */
function instructionsOf(text: string): Instruction[] {
  const found: Instruction[] = [];
  let open: { line: number; text: string } | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    if (/^\s*#/.test(raw) || (open === undefined && raw.trim() === "")) continue;
    const continued = /\\\s*$/.test(raw);
    const said = raw.replace(/\\\s*$/, "");
    open = { line: open?.line ?? index + 1, text: `${open?.text ?? ""} ${said}` };
    if (continued) continue;
    const [, name = "", rest = ""] = /^\s*(\w+)\s+(.*)$/s.exec(open.text) ?? [];
    found.push({ line: open.line, name: name.toUpperCase(), rest });
    open = undefined;
  }
  return found;
}

/** Secrets that stay in the image's layers: in ENV and ARG, and environment files that are copied. */
export function secretsInDockerfile(text: string, context: BuildContext): Find[] {
  return instructionsOf(text).flatMap(({ line, name, rest }) => {
    if (name === "ENV" || name === "ARG") return named(name, rest).map((what) => ({ line, what }));
    return name === "COPY" || name === "ADD" ? copied(name, rest, context).map((find) => ({ line, ...find })) : [];
  });
}

function named(instruction: string, rest: string): string[] {
  const pairs = [...rest.matchAll(/([A-Za-z_]\w*)=("(?:\\.|[^"\\])*"|'[^']*'|[^\s]*)/g)];
  // The old form of ENV has one name, and all the rest is its value.
  const [, only = "", value = ""] = (instruction === "ENV" && /^([A-Za-z_]\w*)\s+(.*)$/s.exec(rest.trim())) || [];
  const all = only ? [[only, value] as const] : pairs.map(([, key = "", said = ""]) => [key, said] as const);
  return all
    .filter(([key, said]) => isCredential(key, said.trim().replace(/^(["'])(.*)\1$/s, "$2")))
    .map(([key]) => `${instruction} ${key} holds what looks like a credential, which stays in the image`);
}

function copied(instruction: string, rest: string, { environmentFiles, ignores }: BuildContext): Omit<Find, "line">[] {
  // From another stage or image, not from the folder.
  if (/(^|\s)--from=/.test(rest)) return [];
  const words = rest.trim().startsWith("[")
    ? [...rest.matchAll(/"((?:\\.|[^"\\])*)"/g)].map(([, word = ""]) => word)
    : rest
        .trim()
        .split(/\s+/)
        .filter((word) => !word.startsWith("--"));
  return words.slice(0, -1).flatMap((source) => {
    const path = source.replace(/^\.?\//, "").replace(/\/$/, "");
    if (isEnvironmentFile(path.replace(/\*$/, ""))) {
      return [{ what: `${instruction} puts ${path} into the image` }];
    }
    if (path !== "" && path !== "." && path !== "*") return [];
    const taken = environmentFiles.filter((file) => !ignores(file));
    if (taken.length > 0)
      return [
        {
          what: `${instruction} ${source} puts ${taken.join(", ")} into the image: .dockerignore does not keep it out`,
        },
      ];
    if (environmentFiles.length > 0 || ignores(".env")) return [];
    return [
      {
        what: `${instruction} ${source} would put an .env into the image: no .dockerignore keeps it out`,
        priority: "P3" as const,
      },
    ];
  });
}

/** Reads a .dockerignore: the last pattern that matches a path, or a folder that it is in, decides. */
export function ignoring(text: string): (path: string) => boolean {
  const patterns = text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const keeps = line.startsWith("!");
      return { keeps, expression: expressionOf(line.slice(keeps ? 1 : 0)) };
    });
  return (path) => patterns.findLast(({ expression }) => expression.test(path))?.keeps === false;
}

function expressionOf(pattern: string): RegExp {
  const plain = pattern
    .trim()
    .replace(/^\.?\//, "")
    .replace(/\/$/, "");
  const body = plain.replace(/\*\*\/|\*\*|\*|\?|[.+^${}()|\\]/g, (part) => {
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : `\\${part}`;
  });
  return new RegExp(`^${body}(?:/.*)?$`);
}
