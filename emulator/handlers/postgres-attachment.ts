import { type Answer, type Call, isReachable, text } from "../call.ts";
import { refuse } from "../errors.ts";
import type { App } from "../record.ts";
import { attachedApps, clusterOf, enveloped } from "./postgres.ts";

export function attachmentList(call: Call): Answer {
  return enveloped(
    200,
    attachedApps(call.world, clusterOf(call)).map(({ name }) => ({ name })),
  );
}

function appNamed({ world, caller }: Call, name: string): App {
  const app = world.apps.get(name);
  return app !== undefined && isReachable(caller, app) ? app : refuse("appMissing");
}

/** Notes it and sets no secret: flyctl sets DATABASE_URL itself (flyctl, mpg attach). */
export function attachmentCreate(call: Call): Answer {
  const cluster = clusterOf(call);
  const app = appNamed(call, text(call.body, "app_name") ?? "");
  if (cluster.attached.includes(app.id)) return enveloped(200, { name: app.name });
  cluster.attached = [...cluster.attached, app.id];
  call.world.put(call.world.clusters, cluster);
  return enveloped(201, { name: app.name });
}

export function attachmentDelete(call: Call): Answer {
  const cluster = clusterOf(call);
  const app = attachedApps(call.world, cluster).find(({ name }) => name === call.params["app"]);
  if (app === undefined) refuse("postgresPartMissing", { what: "Attachment" });
  cluster.attached = cluster.attached.filter((id) => id !== app.id);
  call.world.put(call.world.clusters, cluster);
  return { status: 204 };
}
