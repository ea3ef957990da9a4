import { appMistakes } from "./app-check.ts";
import type { GroupArgs, ProductionAppArgs } from "./arguments.ts";
import { deployMistakes, strategyMistakes } from "./deploy-check.ts";
import { domainMistakes } from "./domain-check.ts";
import { exemptMistakes } from "./exempt-check.ts";
import { groupMistakes } from "./group-check.ts";
import { known } from "./known-argument.ts";
import { isRecord, knownKeys, type Report, show } from "./mistake.ts";
import { placementMistakes } from "./placement-check.ts";

/**
 * What is wrong with the arguments, a line each: the argument's path, what was given, what is allowed. Everything that
 * can be told without asking Fly is told here, before anything is registered.
 */
export function mistakesOf(args: ProductionAppArgs): string[] {
  const mistakes: string[] = [];
  const report: Report = (path, problem) => void mistakes.push(`${path} ${problem}`);
  if (!knownKeys(report, "", args, known.app)) return mistakes;
  appMistakes(report, args);
  domainMistakes(report, args);
  environmentMistakes(report, args);
  deployMistakes(report, args);
  exemptMistakes(report, args.exempt);
  const groups = readableGroups(report, args.groups);
  for (const [name, group] of Object.entries(groups)) {
    groupMistakes(report, `groups.${name}`, group);
    if (isMissing(group.image ?? args.image)) {
      const advice = "give it, or image for all groups, such as registry.fly.io/shop@sha256:…";
      report(`groups.${name}.image`, `is missing; ${advice}`);
    }
  }
  strategyMistakes(report, args, groups);
  placementMistakes(report, args.primaryRegion, groups);
  return mistakes;
}

/** The groups that can be judged further. */
function readableGroups(report: Report, groups: unknown): ProductionAppArgs["groups"] {
  if (!isRecord(groups) || Object.keys(groups).length === 0) {
    const found = isRecord(groups) ? "is empty" : `is ${show(groups)}`;
    report(
      "groups",
      `${found}; give at least one group, such as { web: { regions: { iad: 2 }, http: { port: 8080 } } }`,
    );
    return {};
  }
  const readable: ProductionAppArgs["groups"] = {};
  for (const [name, group] of Object.entries(groups)) {
    if (!/^[a-z][a-z0-9_-]*$/.test(name)) {
      const allowed = "lowercase letters, digits, dashes and underscores, first a letter";
      report(`groups.${name}`, `is no name for a group; give ${allowed}`);
    }
    if (knownKeys(report, `groups.${name}`, group, known.group)) readable[name] = group as unknown as GroupArgs;
  }
  return readable;
}

const isMissing = (image: unknown) => image === undefined || image === "";

function environmentMistakes(report: Report, { env = {}, secrets = {} }: ProductionAppArgs) {
  for (const [path, value] of Object.entries({ env, secrets })) {
    if (!isRecord(value)) report(path, `is ${show(value)}; give an object of values by name`);
  }
  if (!isRecord(env) || !isRecord(secrets)) return;
  for (const key of Object.keys(env)) {
    if (key.startsWith("FLY_")) report(`env.${key}`, "begins with FLY_, which is Fly's own prefix; give another name");
    if (key === "PRIMARY_REGION") report("env.PRIMARY_REGION", "is written by primaryRegion; give that instead");
    if (Object.hasOwn(secrets, key)) report(`env.${key}`, "is in secrets too; keep it in one of them");
  }
}
