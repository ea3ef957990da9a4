import { z } from "zod";
import { FlyClient } from "../../fly/client.ts";
import { endpointProblem } from "../../fly/endpoint.ts";
import { FlyError } from "../../fly/errors.ts";
import { organisationsOf } from "../../fly/token.ts";
import { type Check, fail, pass, type Verdict } from "./check.ts";

/**
 * Does the Machines API's apps endpoint answer 200 to the token? It lists one organisation's apps and refuses a call
 * that names none (Fly docs, Apps resource), so a good token fails too until its organisation is learnt from it.
 */
export const flyApi: Check = {
  name: "Fly API",
  judge: async ({ token, flaps, org }, signal) => {
    if (token === undefined) throw new Error("there is no token to ask with");
    const problem = endpointProblem(flaps.url);
    if (problem !== undefined) throw new Error(`nothing was sent: ${problem} (FLY_FLAPS_BASE_URL)`);
    // A handful of calls keeps to Fly's limits by itself.
    const fly = new FlyClient({ flapsUrl: flaps.url, token: token.value, rateLimits: false, signal });
    try {
      return await appsAnswer(fly, flaps.name, org);
    } catch (error) {
      const judged = error instanceof FlyError && error.kind !== "unreachable" && error.kind !== "cancelled";
      if (!judged) throw error;
      return fail(error.message);
    } finally {
      await fly.close();
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
