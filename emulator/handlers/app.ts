import { type Answer, appOf, type Call, isReachable, text } from "../call.ts";
import { refuse } from "../errors.ts";
import { appId } from "../identifier.ts";
import type { App } from "../record.ts";
import { localOrg, type World } from "../state.ts";
import { goneVolumeStates } from "../transitions.ts";

/** `personal` stands for the token's own organisation, and reads back by its true slug (formae, app.go). */
export const isOurs = (slug: string, { caller }: Pick<Call, "caller">) => slug === caller.org || slug === "personal";

const orgNames: Record<string, { name: string; numericId: number }> = { [localOrg.slug]: localOrg };

function appView(world: World, app: App) {
  const machines = world.machines.of(app.name).filter(({ state }) => state !== "destroyed");
  const volumes = world.volumes.of(app.name).filter(({ state }) => !goneVolumeStates.includes(state));
  const org = orgNames[app.org];
  return {
    id: app.id,
    internal_numeric_id: app.numericId,
    name: app.name,
    status: app.deployed ? "deployed" : "pending",
    machine_count: machines.length,
    volume_count: volumes.length,
    network: app.network,
    organization: { name: org?.name ?? app.org, slug: app.org, internal_numeric_id: org?.numericId ?? 0 },
  };
}

/** An app's own token is shown that one app: assumed. */
export function appList(call: Call): Answer {
  const { world, query, caller } = call;
  const slug = query.get("org_slug") ?? "";
  if (slug === "") refuse("orgMissing");
  if (!isOurs(slug, call)) refuse("forbidden");
  const apps = world.apps.all().filter((app) => isReachable(caller, app));
  return { status: 200, body: { total_apps: apps.length, apps: apps.map((app) => appView(world, app)) } };
}

export function appShow(call: Call): Answer {
  const app = appOf(call);
  const answer = { status: 200, body: appView(call.world, app) };
  call.world.moveOn(app.goneAt);
  return answer;
}

const created = ({ id, createdAt }: App): Answer => ({ status: 201, body: { id, created_at: createdAt } });

export function appCreate(call: Call): Answer {
  const { world, body, caller } = call;
  const slug = text(body, "org_slug") ?? refuse("orgMissing");
  // Fly's documents spell the name `app_name`, its spec and clients `name`.
  const name = text(body, "name") ?? text(body, "app_name") ?? refuse("nameBlank");
  const key = text(body, "idempotency_key");
  if (!/^[a-z0-9-]{1,62}$/.test(name)) refuse("nameInvalid");
  if (!isOurs(slug, call) || caller.app !== undefined) refuse("forbidden");
  const earlier =
    key === undefined
      ? undefined
      : world.apps.all().find((app) => app.idempotencyKey === key && isReachable(caller, app));
  if (earlier !== undefined) return earlier.name === name ? created(earlier) : refuse("idempotencyConflict");
  if (world.apps.get(name) !== undefined) refuse("nameTaken");
  const app = newApp(world, name, caller.org);
  app.network = text(body, "network") ?? "";
  app.idempotencyKey = key;
  world.put(world.apps, app);
  return created(app);
}

/** A new app of that organisation, not yet in the world. */
export function newApp(world: World, name: string, org: string): App {
  return {
    id: appId(),
    numericId: world.nextNumber(),
    name,
    org,
    network: "",
    createdAt: world.clock.now(),
    secretsVersion: 0,
    deployed: false,
    state: "present",
    ahead: [],
  };
}

/** Deletes an app, leased machines or not; it answers for some seconds more, then takes everything with it. */
export function appDelete(call: Call): Answer {
  const app = appOf(call);
  app.goneAt ??= call.world.clock.now() + call.world.profile.durations.appGone;
  call.world.put(call.world.apps, app);
  return { status: 202 };
}
