import type { Problem } from "../lifecycle.ts";
import { type Properties, unknown } from "../value.ts";
import type { GroupInputs } from "./schema.ts";

const path = ["deploy", "strategy"];

/**
 * A strategy whose conditions the group does not meet. Of what is unknown nothing is said. A canary of a group with one
 * machine is allowed, as by flyctl (machines_deploymachinesapp.go): it serves while that machine is down for its update.
 */
export function strategyProblems(news: Properties): Problem[] {
  const {
    config,
    deploy,
    raw = {},
  } = news as unknown as {
    config: Unsure<GroupInputs["config"]>;
    deploy: Unsure<GroupInputs["deploy"]>;
    raw?: Unsure<Properties>;
  };
  if (isUnknown(deploy) || isUnknown(config) || isUnknown(raw)) return [];
  const { strategy } = deploy;
  if (strategy !== "bluegreen" && strategy !== "canary") return [];
  // What raw names takes the place of the config's own.
  const { mounts = [], services = [] } = { ...config, ...raw } as { mounts?: unknown; services?: unknown };
  if (Array.isArray(mounts) && mounts.length > 0) return [{ path, message: withVolumes(strategy) }];
  const isUnchecked = hasNone(config.checks) && hasNone(raw["checks"]) && areUnchecked(services);
  return strategy === "bluegreen" && isUnchecked ? [{ path, message: withoutCheck }] : [];
}

type Unsure<T> = T | typeof unknown;
const isUnknown = <T>(value: Unsure<T>): value is typeof unknown => value === unknown;

const withVolumes = (strategy: string) =>
  `"${strategy}" makes a machine beside the one that has the volume, and a volume is for one machine at a time. Give "rolling" or "immediate", or take config.mounts out`;

const withoutCheck =
  '"bluegreen" lets the old machines go when the new ones pass their checks, and there are none. Give config.services[].checks or config.checks, or the strategy "rolling"';

/** Whether it is certain that there is nothing: what is unknown may be something. */
const hasNone = (some: unknown) =>
  some === undefined || some === null || (typeof some === "object" && Object.keys(some).length === 0);

const areUnchecked = (services: unknown) =>
  Array.isArray(services) &&
  services.every((service) => service !== unknown && hasNone((service as { checks?: unknown } | null)?.checks));
