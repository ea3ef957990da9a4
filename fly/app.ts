import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { find } from "./gone.ts";

/** An app as the Machines API returns it; only what is used is required. */
export const FlyApp = z.looseObject({
  id: z.string().nullish(),
  name: z.string(),
  status: z.string().nullish(),
  network: z.string().nullish(),
  organization: z.looseObject({ slug: z.string() }).nullish(),
});
export type FlyApp = z.infer<typeof FlyApp>;

const path = (app: string) => `/v1/apps/${app}`;

/** The app, or `undefined` where it is proven not to exist. */
export const appFind = (fly: FlyClient, app: string) =>
  find(fly, app, {
    operation: "Apps_show",
    does: `read app "${app}"`,
    method: "GET",
    path: path(app),
    repeat: "always",
    answer: FlyApp,
  });

/** Makes the app. The idempotency key lets a lost answer be asked for again. */
export const appCreate = (
  fly: FlyClient,
  body: { name: string; org_slug: string; network?: string | undefined; idempotency_key: string },
) =>
  fly.send({
    operation: "Apps_create",
    does: `create app "${body.name}"`,
    method: "POST",
    path: "/v1/apps",
    query: { wait: true },
    body,
    repeat: "unsent",
    answer: z.looseObject({}),
  });

/** Deletes the app and all that belongs to it; content where it is gone. */
export const appDelete = (fly: FlyClient, app: string) =>
  find(fly, app, {
    operation: "Apps_delete",
    does: `delete app "${app}"`,
    method: "DELETE",
    path: path(app),
    query: { force: true },
    repeat: "always",
  });
