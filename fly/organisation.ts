import { z } from "zod";
import type { FlyClient } from "./client.ts";

const Row = z.looseObject({
  id: z.string(),
  app_name: z.string().nullish(),
  state: z.string().nullish(),
  config: z.looseObject({ image: z.string().nullish() }).nullish(),
});

/** A machine as the list of an organisation has it. */
export interface OrgMachine {
  id: string;
  app: string;
  state: string;
  /** Empty where Fly leaves it out. */
  image: string;
}

/** All machines of an organisation. The list is an index: a new machine comes into it minutes later (formae, probes). */
export async function orgMachines(fly: FlyClient, org: string): Promise<OrgMachine[]> {
  const all: OrgMachine[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = await fly.send({
      operation: "Machines_org_list",
      does: `list the machines of organisation "${org}"`,
      method: "GET",
      path: `/v1/orgs/${encodeURIComponent(org)}/machines`,
      query: { cursor },
      repeat: "always",
      answer: z.looseObject({ machines: z.array(Row).nullish(), next_cursor: z.string().nullish() }),
    });
    for (const { id, app_name, state, config } of page.machines ?? []) {
      all.push({ id, app: app_name ?? "", state: state ?? "", image: config?.image ?? "" });
    }
    if (!page.next_cursor || page.next_cursor === cursor) return all;
    cursor = page.next_cursor;
  }
}
