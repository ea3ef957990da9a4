import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { find } from "./gone.ts";

const FlySecret = z.looseObject({
  name: z.string(),
  digest: z.string().nullish(),
  /** When it was set last. */
  updated_at: z.string().nullish(),
});
/** A secret as Fly lists it, without its value. */
export type FlySecret = z.infer<typeof FlySecret>;

// The counter is spelt twice in Fly's spec, `version` and its deprecated twin `Version`.
const Changed = z.looseObject({ version: z.number().nullish(), Version: z.number().nullish() });

const path = (app: string) => `/v1/apps/${app}/secrets`;

/** The app's secrets; `undefined` where the app is gone. Values are never asked for. */
export async function secretList(fly: FlyClient, app: string): Promise<FlySecret[] | undefined> {
  const found = await find(fly, app, {
    operation: "Secrets_list",
    does: `list the secrets of app "${app}"`,
    method: "GET",
    path: path(app),
    repeat: "always",
    answer: z.looseObject({ secrets: z.array(FlySecret).nullish() }),
  });
  return found && (found.secrets ?? []);
}

/** Digests of the app's secrets by name; `undefined` where the app is gone. */
export async function secretDigests(fly: FlyClient, app: string): Promise<Record<string, string> | undefined> {
  const found = await secretList(fly, app);
  return found && Object.fromEntries(found.map(({ name, digest }) => [name, digest ?? ""]));
}

/**
 * Sets values, and unsets names whose value is null, in one change. Answers with the app's counter of changes.
 * Repeating it ends in the same secrets, so a lost answer is asked for again.
 */
export async function secretsUpdate(
  fly: FlyClient,
  app: string,
  values: Record<string, string | null>,
): Promise<number> {
  const changed = await fly.send({
    operation: "Secrets_update",
    does: `set secrets ${Object.keys(values).sort().join(", ")} of app "${app}"`,
    method: "POST",
    path: path(app),
    body: { values },
    confidential: Object.values(values).filter((value) => value !== null),
    repeat: "always",
    answer: Changed,
  });
  return changed.version ?? changed.Version ?? 0;
}
