import { z } from "zod";
import { clusterFind } from "../fly/managed-postgres.ts";
import { attachmentCreate, attachmentDelete } from "../fly/managed-postgres-attachment.ts";
import { appName, replaces } from "./input.ts";
import { type Context, defineLifecycle } from "./lifecycle.ts";
import { areKnown, clusterId, clusterOf, missing, partsOf } from "./managed-postgres-part.ts";

export const managedPostgresAttachmentInputs = z.strictObject({
  cluster: clusterId.meta({ ...replaces, description: "Id of the ManagedPostgres." }),
  app: appName.meta({ ...replaces, description: "App that uses the cluster." }),
});

const noun = "attachment of app";

export const managedPostgresAttachment = defineLifecycle({
  token: "airworthy:index:ManagedPostgresAttachment",
  inputs: managedPostgresAttachmentInputs,
  outputs: z.object({ orgSlug: z.string() }),

  identity: (news) =>
    areKnown(news, "cluster", "app") ? `${noun} ${news["app"]} to cluster ${news["cluster"]}` : undefined,

  async create(context, { cluster, app }) {
    const { org } = await clusterOf(context, cluster);
    // It is a note and nothing more, so one that is there already is as good as ours.
    await attachmentCreate(context.fly, cluster, app);
    return { id: `${cluster}/${app}`, outputs: { orgSlug: org } };
  },

  async read(context, id, state) {
    const [cluster, app] = partsOf(id, noun, "app");
    const org = state ? String(state.outputs["orgSlug"]) : (await clusterOf(context, cluster)).org;
    const apps = await attachedApps(context, org, cluster);
    if (apps.includes(app)) return { id, inputs: { cluster, app }, outputs: { orgSlug: org } };
    if (state === undefined) throw missing(noun, app, cluster, apps);
    return undefined;
  },

  async remove({ fly }, id, { outputs }) {
    const [cluster, app] = partsOf(id, noun, "app");
    await attachmentDelete(fly, String(outputs["orgSlug"]), cluster, app);
  },
});

/** A cluster shows them itself; there is no call for one of them. */
const attachedApps = async ({ fly }: Context, org: string, cluster: string) =>
  ((await clusterFind(fly, org, cluster))?.attached_apps ?? []).map(({ name }) => name);
