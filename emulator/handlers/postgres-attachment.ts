import { type Answer, type Call, isReachable, text } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import type { App, PostgresCluster } from "../record.ts";
import { attachedApps, endpointsOf, enveloped, livingClusterOf } from "./postgres.ts";
import { passwordOf } from "./postgres-user.ts";
import { setSecret } from "./secret.ts";

function appNamed({ world, caller }: Call, name: string): App {
  const app = world.apps.get(name);
  if (app === undefined || !isReachable(caller, app)) refuse("postgresPartMissing", { what: "App" });
  return app;
}

function attachmentView(call: Call, cluster: PostgresCluster, app: App): object {
  const at = cluster.attachedAt?.[app.id] ?? call.world.clock.now();
  return { app_name: app.name, attached_at: rfc3339(at), postgres_cluster_id: cluster.id };
}

/** Notes it. Whether Fly sets the app's secret too is a switch. */
export function attachmentCreate(call: Call): Answer {
  const cluster = livingClusterOf(call);
  const { world } = call;
  const app = appNamed(call, text(call.body, "app_name") ?? "");
  if (cluster.attached.includes(app.id)) return enveloped(200, attachmentView(call, cluster, app));
  cluster.attached = [...cluster.attached, app.id];
  cluster.attachedAt = { ...cluster.attachedAt, [app.id]: world.clock.now() };
  world.put(world.clusters, cluster);
  if (world.position("postgres-attachment") === "sets-secret") setDatabaseUrl(call, cluster, app);
  return enveloped(201, attachmentView(call, cluster, app));
}

function setDatabaseUrl({ world }: Call, cluster: PostgresCluster, app: App): void {
  const [user] = cluster.users;
  if (user === undefined) return;
  const { host } = endpointsOf(cluster).primary.pooler;
  setSecret(world, app, "DATABASE_URL", `postgresql://${user.name}:${passwordOf(world, cluster, user)}@${host}/fly-db`);
}

export function attachmentDelete(call: Call): Answer {
  const cluster = livingClusterOf(call);
  const app = appNamed(call, call.params["app"] ?? "");
  if (!attachedApps(call.world, cluster).includes(app)) refuse("postgresPartMissing", { what: "Attachment" });
  cluster.attached = cluster.attached.filter((id) => id !== app.id);
  call.world.put(call.world.clusters, cluster);
  return { status: 204 };
}
