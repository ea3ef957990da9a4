import {
  lacksPostgres,
  postgresDiskGb,
  postgresPlanNames,
  postgresRegions,
  postgresVersions,
} from "../fly/postgres-plans.ts";
import { nearestRegions, regionProblem } from "../fly/regions.ts";
import { exemptMistakes } from "./exempt-check.ts";
import { isRecord, knownKeys, oneOf, orList, type Report, show, wholeNumber } from "./mistake.ts";
import type { PostgresClusterArgs, PostgresClusterUserArgs } from "./postgres-cluster.ts";

type Keys<Args> = Record<keyof Args, true>;

const known = {
  kind: true,
  name: true,
  orgSlug: true,
  region: true,
  plan: true,
  diskSizeGb: true,
  version: true,
  poolMode: true,
  postgis: true,
  databases: true,
  users: true,
  exempt: true,
} satisfies Keys<PostgresClusterArgs>;

const knownOfUser = { role: true, database: true } satisfies Keys<PostgresClusterUserArgs>;

/** What is wrong with the arguments, a line each: the argument's path, what was given, what is allowed. */
export function postgresMistakesOf(args: PostgresClusterArgs): string[] {
  const mistakes: string[] = [];
  const report: Report = (path, problem) => void mistakes.push(`${path} ${problem}`);
  if (!knownKeys(report, "", args, known)) return mistakes;
  kindMistake(report, args.kind);
  for (const path of ["name", "orgSlug"] as const) {
    const value: unknown = args[path];
    if (value !== undefined && (typeof value !== "string" || value === "")) {
      report(path, `is ${show(value)}; give a text, or leave it out`);
    }
  }
  regionMistake(report, args.region);
  required(report, "plan", args.plan, postgresPlanNames);
  wholeNumber(report, "diskSizeGb", args.diskSizeGb, postgresDiskGb.least, postgresDiskGb.most);
  oneOf(report, "version", args.version, postgresVersions);
  oneOf(report, "poolMode", args.poolMode, ["transaction", "session"]);
  if (args.postgis !== undefined && typeof args.postgis !== "boolean") {
    report("postgis", `is ${show(args.postgis)}; give true or false`);
  }
  userMistakes(report, args.users, databaseMistakes(report, args.databases));
  exemptMistakes(report, args.exempt);
  return mistakes;
}

function kindMistake(report: Report, kind: unknown): void {
  if (kind === "managed") return;
  const why = "two nodes cannot vote on which of them is the primary, so it takes three";
  const later = kind === "unmanaged" ? `, which is not there yet and comes later: ${why}` : "";
  report("kind", `is ${show(kind)}${later}; give "managed"`);
}

function required(report: Report, path: string, value: unknown, allowed: readonly string[]): void {
  const choice = orList(allowed.map((each) => JSON.stringify(each)));
  if (value === undefined) report(path, `is missing; give ${choice}`);
  else oneOf(report, path, value, allowed);
}

function regionMistake(report: Report, region: unknown): void {
  const all = orList(postgresRegions);
  const problem = typeof region === "string" ? regionProblem(region) : undefined;
  if (typeof region !== "string") {
    report("region", `is ${show(region)}; give ${all}`);
  } else if (problem !== undefined) {
    const near = nearestRegions(region).filter((code) => postgresRegions.includes(code));
    const what = problem === "retired" ? "which Fly has retired" : "which is no region of Fly";
    report("region", `is ${show(region)}, ${what}; give ${near.length > 0 ? orList(near) : all}`);
  } else if (lacksPostgres(region)) {
    report("region", `is ${show(region)}, which has no Managed Postgres; give ${all}`);
  }
}

const nameRule =
  "lowercase letters, digits, dashes and underscores, first a letter, last a letter or digit, 63 at most";
const isName = (name: unknown) => typeof name === "string" && /^[a-z]([a-z0-9_-]{0,61}[a-z0-9])?$/.test(name);

/** Answers the names of the databases there will be. */
function databaseMistakes(report: Report, databases: unknown): string[] {
  if (databases === undefined) return ["fly-db"];
  if (!Array.isArray(databases)) {
    report("databases", `is ${show(databases)}; give a list of names, such as ["orders"]`);
    return ["fly-db"];
  }
  for (const [index, name] of databases.entries()) {
    const path = `databases[${index}]`;
    if (!isName(name)) report(path, `is ${show(name)}; give ${nameRule}`);
    else if (name === "fly-db") report(path, `is "fly-db", which every cluster has from the start; leave it out`);
    else if (databases.indexOf(name) < index) report(path, `is ${show(name)}, which is in the list already`);
  }
  return ["fly-db", ...databases];
}

function userMistakes(report: Report, users: unknown, databases: string[]): void {
  if (users === undefined) return;
  if (!isRecord(users)) {
    report("users", `is ${show(users)}; give users by name, such as { reports: { role: "reader" } }`);
  }
  for (const [name, user] of isRecord(users) ? Object.entries(users) : []) {
    const path = `users.${name}`;
    if (!isName(name)) report(path, `is no name for a user; give ${nameRule}`);
    if (name === "fly-user") report(path, "is there from the start; leave it out");
    if (!knownKeys(report, path, user, knownOfUser)) continue;
    const { role, database } = user as PostgresClusterUserArgs;
    required(report, `${path}.role`, role, ["schema_admin", "writer", "reader"]);
    oneOf(report, `${path}.database`, database, databases);
  }
}
