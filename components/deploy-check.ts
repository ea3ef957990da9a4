import type { GroupArgs, ProductionAppArgs } from "./arguments.ts";
import { known } from "./known-argument.ts";
import { duration, isRecord, knownKeys, oneOf, type Report, show, wholeNumber } from "./mistake.ts";

const strategies = ["rolling", "canary", "bluegreen", "immediate"];

/** Reports what is wrong with how a change reaches the machines, whichever they are. */
export function deployMistakes(report: Report, { deploy }: ProductionAppArgs) {
  if (deploy === undefined || !knownKeys(report, "deploy", deploy, known.deploy)) return;
  oneOf(report, "deploy.strategy", deploy.strategy, strategies);
  oneOf(report, "deploy.onFailure", deploy.onFailure, ["rollback", "pause"]);
  oneOf(report, "deploy.hostFailure", deploy.hostFailure, ["fail", "replace-from-snapshot"]);
  duration(report, "deploy.waitTimeout", deploy.waitTimeout, "1s");
  if (deploy.keepReleases !== undefined) wholeNumber(report, "deploy.keepReleases", deploy.keepReleases, 1, 50);
  const { maxUnavailable: most, releaseCommand } = deploy;
  const isShare = typeof most === "string" && /^([1-9]\d?|100)%$/.test(most);
  const isCount = typeof most === "number" && Number.isInteger(most) && most >= 1;
  if (most !== undefined && !isShare && !isCount) {
    report("deploy.maxUnavailable", `is ${show(most)}; give a whole number from 1, or a share such as "33%"`);
  }
  if (releaseCommand !== undefined && (!Array.isArray(releaseCommand) || releaseCommand.length === 0)) {
    report("deploy.releaseCommand", `is ${show(releaseCommand)}; give a list of words, such as ["bin/migrate"]`);
  }
}

/**
 * Reports a strategy whose conditions a group does not meet. One for the whole app may suit all groups but one, which
 * then has its own.
 */
export function strategyMistakes(
  report: Report,
  { deploy }: ProductionAppArgs,
  groups: ProductionAppArgs["groups"],
): void {
  for (const [name, group] of Object.entries(groups)) {
    const path = `groups.${name}`;
    oneOf(report, `${path}.strategy`, group.strategy, strategies);
    const strategy = group.strategy ?? (isRecord(deploy) ? deploy.strategy : undefined);
    if (strategy !== "bluegreen" && strategy !== "canary") continue;
    const where = group.strategy === undefined ? "deploy.strategy" : `${path}.strategy`;
    const otherwise = `${path}.strategy: "rolling"`;
    if (group.volume !== undefined || hasOf(group, "mounts")) {
      const why = `makes a machine beside each of group ${name}, whose volumes are for one machine at a time`;
      report(where, `is "${strategy}", which ${why}; give ${otherwise}`);
    } else if (strategy === "bluegreen" && !hasCheck(group)) {
      const why = `lets machines go when new ones pass their checks, and group ${name} has none`;
      report(where, `is "bluegreen", which ${why}; give ${path}.checks or ${otherwise}`);
    }
  }
}

/** A group with `http` has a check whether or not one is given. */
const hasCheck = ({ http, checks = {}, raw }: GroupArgs) =>
  http !== undefined ||
  !isRecord(checks) ||
  Object.keys(checks).length > 0 ||
  hasOf({ raw }, "checks") ||
  hasOf({ raw }, "services");

/** Whether `raw` has something under a name, of which it is not told here what it is. */
const hasOf = ({ raw }: Pick<GroupArgs, "raw">, name: string) => isRecord(raw) && raw[name] !== undefined;
