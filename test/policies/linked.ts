import { readFileSync } from "node:fs";
import ts from "typescript";
import { type Rule, rules } from "../../policies/index.ts";

type Exports = Record<string, unknown>;

const folder = new URL("../../policies/", import.meta.url);

/** The source of a module of policies/. */
export const sourceOf = (path: string): string => readFileSync(new URL(path, folder), "utf8");
export const pathOf = ({ slug }: Rule): string => `rules/${slug}.ts`;

interface Module {
  /** By what the source calls it: where it is. */
  readonly imports: ReadonlyMap<string, string>;
  readonly real: Exports;
}

const modules = new Map<string, Module>();

async function loaded(path: string): Promise<void> {
  if (modules.has(path)) return;
  const real = (await import(new URL(path, folder).href)) as Exports;
  const specifiers = [...sourceOf(path).matchAll(/^(?:import|export)(?! type) .*?from "(\.[^"]+)"/gms)];
  const imports = specifiers.map(([, specifier = ""]): [string, string] => [specifier, resolved(specifier, path)]);
  modules.set(path, { imports: new Map(imports), real });
  for (const [, imported] of imports) await loaded(imported);
}

const resolved = (specifier: string, from: string): string => {
  const { pathname } = new URL(specifier, new URL(from, "file:///product/policies/"));
  return pathname.startsWith("/product/policies/")
    ? pathname.slice("/product/policies/".length)
    : `..${pathname.slice(8)}`;
};

for (const rule of rules) await loaded(pathOf(rule));

/** Modules of policies/ that rules are made of, without what the tests and the mutants have to share to understand each other. */
export const sharedModules: readonly string[] = [...modules.keys()].filter(
  (path) => !path.startsWith("rules/") && !path.startsWith("..") && path !== "reading.ts" && path !== "rule.ts",
);

const needs = (path: string, other: string): boolean =>
  path === other || [...(modules.get(path)?.imports.values() ?? [])].some((imported) => needs(imported, other));

/** Rules that the module is part of. */
export const rulesWith = (path: string): Rule[] => rules.filter((rule) => needs(pathOf(rule), path));

type Factory = (require: (specifier: string) => Exports, exports: Exports) => void;

const compiled = new Map<string, Factory>();

function compile(source: string): Factory {
  const before = compiled.get(source);
  if (before) return before;
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.CommonJS, target: ts.ScriptTarget.ES2024 },
  });
  const made = new Function("require", "exports", outputText) as Factory;
  compiled.set(source, made);
  return made;
}

/** The rules as they would be if a module's source were another: it and what needs it are made anew, the rest is the real one. */
export function linkedWith(changed: string, source: string): (rule: Rule) => Rule {
  const made = new Map<string, Exports>();
  const link = (path: string): Exports => {
    const module = modules.get(path) as Module;
    if (!needs(path, changed)) return module.real;
    const before = made.get(path);
    if (before) return before;
    const exports: Exports = {};
    made.set(path, exports);
    compile(path === changed ? source : sourceOf(path))(
      (specifier) => link(module.imports.get(specifier) ?? ""),
      exports,
    );
    return exports;
  };
  return (rule) =>
    Object.values(link(pathOf(rule))).find((one) => (one as Rule | undefined)?.slug === rule.slug) as Rule;
}
