import { z } from "zod";
import { FlyError } from "../fly/errors.ts";
import { clusterShow, type FlyCluster } from "../fly/managed-postgres.ts";
import type { Context } from "./lifecycle.ts";
import { type Properties, unknown } from "./value.ts";

/** Input that names the cluster which something is a part of. */
export const clusterId = z.string().regex(/^[^/\s]+$/, "must be the id of a ManagedPostgres, such as db.id");

/** Input that names a database or a user. */
export const partName = z
  .string()
  .regex(
    /^[a-z]([a-z0-9_-]{0,61}[a-z0-9])?$/,
    "must be at most 63 lowercase letters, digits, dashes and underscores, beginning with a letter and ending with a letter or digit",
  );

/** The cluster, and the organisation that proves what is gone from it. */
export async function clusterOf(context: Context, id: string): Promise<{ live: FlyCluster; org: string }> {
  const live = await context.fly.send(clusterShow(id));
  return { live, org: live.organization?.slug ?? (await context.org()) };
}

/** The two sides of an id such as `<cluster>/<name>`. */
export function partsOf(id: string, noun: string, name: string): [cluster: string, name: string] {
  const [cluster = "", part = "", ...more] = id.split("/");
  if (cluster && part && more.length === 0) return [cluster, part];
  throw new FlyError("invalid", `import ${noun} "${id}"`, `the id must be <cluster id>/<${name}>`);
}

/** An import of what the cluster does not have; `there` is what it has. */
export const missing = (noun: string, name: string, cluster: string, there: string[] = []) =>
  new FlyError(
    "not-found",
    `import ${noun} "${name}" of Managed Postgres cluster ${cluster}`,
    `there is none of that name; there ${there.length === 0 ? "is none at all" : `are ${there.join(", ")}`}`,
  );

/** A create of what is there already, and may be in use. */
export const taken = (context: Context, type: string, noun: string, name: string, cluster: string) =>
  new FlyError(
    "invalid",
    `create ${noun} "${name}" of Managed Postgres cluster ${cluster}`,
    `it exists already, and may be in use. To manage it here run \`pulumi import airworthy:index:${type} ${context.name} ${cluster}/${name}\`; otherwise give another name`,
  );

/** Whether the inputs that make something one of its kind are known by now. */
export const areKnown = (news: Properties, ...names: string[]) =>
  names.every((name) => typeof news[name] === "string" && news[name] !== unknown);
