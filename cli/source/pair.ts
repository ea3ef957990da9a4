import { holdsFlyToken, pairsOf, suspicion } from "../../policies/credential.ts";
import { documentOf, type TomlPath } from "../audit/toml-document.ts";
import type { Find } from "./find.ts";

/** Whether a named value is a credential by name and value, or whatever it is called. */
export const isCredential = (name: string, value: string): boolean =>
  holdsFlyToken(value) || ["certain", "shape"].includes(suspicion(name, value) ?? "");

const environmentFile = /(^|\/)\.env(\.[\w.-]+)?$/;
const forShow = /\.(example|sample|template|dist|defaults?)$/i;

/** Whether the file is one of `.env`'s kind, with values that count. */
export const isEnvironmentFile = (path: string): boolean => environmentFile.test(path) && !forShow.test(path);

/** Credentials of an .env file. */
export function pairsIn(text: string): Find[] {
  return text.split("\n").flatMap((line, index) => {
    const [pair] = pairsOf(line);
    if (pair === undefined || suspicion(...pair) !== "certain") return [];
    return [{ line: index + 1, what: `${pair[0]} holds what looks like a credential` }];
  });
}

export const isFlyToml = (path: string): boolean => /(^|\/)fly(\.[\w-]+)*\.toml$/.test(path);

/** Credentials of a fly.toml: what the machine gets as environment, and the image's build as arguments. */
export function environmentIn(text: string): Find[] {
  try {
    const { content, lineOf } = documentOf(text);
    return (
      [
        ["[env]", ["env"]],
        ["[build.args]", ["build", "args"]],
      ] as [string, TomlPath][]
    ).flatMap(([title, path]) =>
      Object.entries(tableAt(content, path)).flatMap(([name, value]) =>
        typeof value === "string" && isCredential(name, value)
          ? [{ line: lineOf([...path, name]), what: `${title} ${name} holds what looks like a credential` }]
          : [],
      ),
    );
  } catch {
    // What is no TOML is looked at as text all the same, and `airworthy audit --toml` says what is wrong with it.
    return [];
  }
}

function tableAt(content: unknown, path: TomlPath): Record<string, unknown> {
  const found = path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], content);
  return found !== null && typeof found === "object" ? (found as Record<string, unknown>) : {};
}
