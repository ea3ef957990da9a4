import { z } from "zod";
import type { Call, FlyClient } from "./client.ts";
import { isFlyError } from "./errors.ts";
import { organisationsOf } from "./token.ts";

/**
 * Makes the call and answers `undefined` where what it asks for is gone, which a 404 alone does not prove: a wrong
 * endpoint or a token for something else answers 404 too. So the app, or at least its organisation, must have
 * answered 200 to this token in this run.
 */
export async function find<T>(fly: FlyClient, app: string, call: Call<T>): Promise<T | undefined> {
  try {
    const found = await fly.send(call);
    fly.proven.add(app);
    return found;
  } catch (error) {
    if (!isFlyError(error, "not-found")) throw error;
    if (!fly.proven.has(app)) await proveGone(fly, app);
    return undefined;
  }
}

/** Returns where the token reaches the app or its organisation; throws where nothing can be told. */
async function proveGone(fly: FlyClient, app: string): Promise<void> {
  const does = `look whether app "${app}" still exists`;
  try {
    await fly.send({
      operation: "Apps_show",
      does,
      method: "GET",
      path: `/v1/apps/${app}`,
      repeat: "always",
      answer: Any,
    });
    fly.proven.add(app);
  } catch (error) {
    if (!isFlyError(error, "not-found")) throw error;
    const slugs = await organisationsOf(fly);
    if (slugs.length === 0) throw error;
    // Fly answers 403, not 404, for an app of an organisation this token is not for.
    for (const org_slug of slugs) {
      const query = { org_slug };
      await fly.send({
        operation: "Apps_list",
        does,
        method: "GET",
        path: "/v1/apps",
        query,
        repeat: "always",
        answer: Any,
      });
    }
  }
}

const Any = z.unknown();
