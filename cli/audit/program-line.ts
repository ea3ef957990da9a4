import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FindingRecord } from "../../policies/record.ts";
import type { Location } from "../report/report.ts";

const passedOver = new Set(["node_modules", "dist", "build", "coverage"]);
const mostFiles = 500;

interface Construction {
  readonly type: string;
  readonly name: string;
  readonly location: Location;
}

/** The records, each with the line of the program that constructs its resource, or the component it is in, where one is found. */
export function withLines(
  records: readonly FindingRecord[],
  folder: string,
): (FindingRecord & { location?: Location })[] {
  const constructions = records.length === 0 ? [] : programOf(folder).flatMap((file) => constructionsIn(folder, file));
  return records.map((record) => {
    const location = locationOf(record, constructions);
    return location ? { ...record, location } : record;
  });
}

/**
 * A URN says what types a resource and its parents have, and the name of the resource alone: a component's name is the
 * beginning of the names of what it makes.
 */
function locationOf({ urn, resource }: FindingRecord, constructions: readonly Construction[]): Location | undefined {
  const types = (urn.split("::")[2] ?? "").split("$").map((type) => type.split(":").at(-1));
  const own = constructions.find(({ type, name }) => type === types.at(-1) && name === resource);
  if (own) return own.location;
  const parents = constructions.filter(({ type, name }) => types.slice(0, -1).includes(type) && begins(resource, name));
  return parents.toSorted((one, other) => other.name.length - one.name.length)[0]?.location;
}

const begins = (resource: string, name: string) => resource === name || resource.startsWith(`${name}-`);

function programOf(folder: string): string[] {
  const entry = entryOf(folder);
  return sourcesIn(folder).toSorted((one, other) => Number(other === entry) - Number(one === entry));
}

/** The program's own files, relative to its folder. */
function sourcesIn(folder: string, at = ""): string[] {
  const entries = readdirSync(join(folder, at), { withFileTypes: true }).toSorted((one, other) =>
    one.name < other.name ? -1 : 1,
  );
  // Another project's, of which nothing is registered here.
  if (at !== "" && entries.some(({ name }) => name === "Pulumi.yaml")) return [];
  return entries
    .flatMap((entry) => {
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.name.startsWith(".") || passedOver.has(entry.name)) return [];
      if (entry.isDirectory()) return sourcesIn(folder, path);
      return /\.[cm]?[jt]s$/.test(entry.name) && !/\.(d|test|spec)\.[cm]?ts$/.test(entry.name) ? [path] : [];
    })
    .slice(0, mostFiles);
}

/** Where the program begins, which is asked first: a folder may hold another program of the same names. */
function entryOf(folder: string): string {
  const project = readdirSync(folder).includes("Pulumi.yaml") ? readFileSync(join(folder, "Pulumi.yaml"), "utf8") : "";
  const [, main = "index.ts"] = /^main:\s*["']?(?:\.\/)?([^"'\s#]+)/m.exec(project) ?? [];
  return main;
}

/** `new Class("name"` wherever it is written, as far as one can tell without a compiler. */
function constructionsIn(folder: string, file: string): Construction[] {
  const text = readFileSync(join(folder, file), "utf8");
  return [...text.matchAll(/\bnew\s+(?:[\w$]+\.)*([A-Z][\w$]*)\s*(?:<[^<>]*>)?\(\s*(["'`])([^"'`$\n]+)\2/g)].flatMap(
    ({ 1: type = "", 3: name = "", index }) => {
      const before = text.slice(0, index).split("\n");
      // In a comment it constructs nothing.
      if (/^\s*(\*|\/\/|\/\*)/.test(before.at(-1) ?? "")) return [];
      return [{ type, name, location: { file, line: before.length } }];
    },
  );
}
