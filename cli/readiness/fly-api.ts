import { z } from "zod";
import type { FlyClient } from "../../fly/client.ts";
import { isFlyError } from "../../fly/errors.ts";
import { organisationsOf } from "../../fly/token.ts";
import { flyApi as rule } from "../../policies/rules/fly-api.ts";
import { type Check, fail, pass, type Verdict } from "./check.ts";

/**
 * Does the Machines API's apps endpoint answer 200 to the token? It lists one organisation's apps and refuses a call
 * that names none (Fly docs, Apps resource), so a good token fails too until its organisation is learnt from it.
 */
export const flyApi: Check = {
  name: "Fly API",
  rule,
  judge: async ({ fly, flaps, org }, signal) => {
    const client = fly(signal);
    try {
      return await appsAnswer(client, flaps.name, org);
    } catch (error) {
      const judged = isFlyError(error) && error.kind !== "unreachable" && error.kind !== "cancelled";
      if (!judged) throw error;
      return fail(error.message);
    }
  },
};

async function appsAnswer(fly: FlyClient, name: string, given: string | undefined): Promise<Verdict> {
  const slugs = given === undefined ? await organisationsOf(fly) : [given];
  const [org] = slugs;
  if (org === undefined) return fail("the token names no organisation. Give its slug with --org");
  if (slugs.length > 1) return fail(`the token is for ${slugs.join(" and ")}. Say which with --org`);
  const { apps } = await fly.send({
    operation: "Apps_list",
    does: `list the apps of organisation "${org}"`,
    method: "GET",
    path: "/v1/apps",
    query: { org_slug: org },
    repeat: "always",
    answer: z.looseObject({ apps: z.array(z.unknown()).nullish() }),
  });
  const count = apps?.length ?? 0;
  return pass(`200 from ${name} for organisation ${org}, ${count} ${count === 1 ? "app" : "apps"}`);
}
