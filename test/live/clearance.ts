import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { appDelete } from "../../fly/app.ts";
import { clusterDelete, clusterList } from "../../fly/managed-postgres.ts";
import type { Account } from "./account.ts";

const Apps = z.looseObject({ apps: z.array(z.looseObject({ name: z.string() })).nullish() });

/** Names of the organisation's apps that begin so. */
async function appsOf({ fly, org }: Account, beginning: string): Promise<string[]> {
  const { apps } = await fly.send({
    operation: "Apps_list",
    does: `list the apps of "${org}"`,
    method: "GET",
    path: "/v1/apps",
    query: { org_slug: org },
    repeat: "always",
    answer: Apps,
  });
  return (apps ?? []).map(({ name }) => name).filter((name) => name.startsWith(beginning));
}

const clustersOf = async ({ fly, org, prefix, postgres }: Account) =>
  postgres ? (await clusterList(fly, org)).filter(({ name }) => name?.startsWith(prefix)) : [];

/**
 * Deletes what this run made and is still there, and answers with what is left after that. An app takes its machines,
 * volumes, addresses and secrets with it.
 */
export async function clear(account: Account): Promise<string[]> {
  const deletions = [
    ...(await clustersOf(account)).map(({ id }) => clusterDelete(account.fly, account.org, id)),
    ...(await appsOf(account, account.prefix)).map((name) => appDelete(account.fly, name)),
  ];
  const refused = (await Promise.allSettled(deletions)).some(({ status }) => status === "rejected");
  for (let attempt = 0; !refused && attempt < 30; attempt++) {
    const left = await remains(account);
    if (left.length === 0) return [];
    await sleep(Math.min(5000, 100 * 2 ** attempt));
  }
  return await remains(account);
}

const remains = async (account: Account) => [
  ...(await appsOf(account, account.prefix)).map((name) => `app ${name}`),
  ...(await clustersOf(account)).map(({ id, name }) => `cluster ${name} (${id})`),
];

/** What earlier runs left, which is named and never touched: another run may be going on. */
export const leftBefore = async (account: Account) =>
  (await appsOf(account, account.anyRuns)).filter((name) => !name.startsWith(account.prefix));
