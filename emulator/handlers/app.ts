import { type Answer, appOf, type Call, isReachable, text } from "../call.ts";
import { refuse } from "../errors.ts";
import { appId } from "../identifier.ts";
import { pageOf } from "../page.ts";
import type { App } from "../record.ts";
import { orgOf, type World } from "../state.ts";
import { goneVolumeStates } from "../transitions.ts";
import { windowEnd } from "../window.ts";

/** `personal` stands for the token's own organisation, and reads back by its true slug (formae, app.go). */
export const isOurs = (slug: string, { caller }: Pick<Call, "caller">) => slug === caller.org || slug === "personal";

function appView(world: World, app: App) {
  const machines = world.machines.of(app.name).filter(({ state }) => state !== "destroyed");
  const volumes = world.volumes.of(app.name).filter(({ state }) => !goneVolumeStates.includes(state));
  const org = orgOf(app.org);
  return {
    id: app.id,
    internal_numeric_id: app.numericId,
    name: app.name,
    status: app.deployed ? "deployed" : "pending",
    machine_count: machines.length,
    volume_count: volumes.length,
    network: app.network,
    organization: { name: org.name, slug: org.slug, internal_numeric_id: org.numericId },
  };
}

/** Fly's limit (OpenAPI document, Apps_list). */
const mostListed = 5000;

/** An app's own token is shown that one app: assumed. */
export function appList(call: Call): Answer {
  const { world, query, caller } = call;
  const slug = query.get("org_slug") ?? "";
  if (slug === "") refuse(world.position("apps-without-org") === "400" ? "orgMissing" : "orgUnknown");
  if (!isOurs(slug, call)) refuse("forbidden");
  const role = query.get("app_role") ?? "";
  const isWanted = (app: App) => isReachable(caller, app) && (role === "" || role === app.role);
  const all = world.apps.all();
  const { page, next } = pageOf(query, all, isWanted, mostListed);
  const apps = page.map((app) => appView(world, app));
  const total_apps = all.filter(isWanted).length;
  return { status: 200, body: { total_apps, apps, ...(next === undefined ? {} : { next_cursor: next }) } };
}

export function appShow(call: Call): Answer {
  const app = appOf(call);
  const answer = { status: 200, body: appView(call.world, app) };
  call.world.moveOn(app.goneAt);
  return answer;
}

/** The cookie leads to a node that knows the app already (fly-go, flaps_test.go: a fixture only). */
const created = (app: App, whole: object = {}): Answer => ({
  status: 201,
  body: { ...whole, id: app.id, created_at: app.createdAt },
  headers: { "set-cookie": `fly_flaps_affinity=${app.id}; Path=/v1/apps/${app.name}` },
});

/** Makes an app. It may not be found at once, unless the caller asks to wait for that (fly-go, CreateApp). */
export async function appCreate(call: Call): Promise<Answer> {
  const app = earlierApp(call) ?? freshApp(call);
  const seen = windowEnd(call.world, app.createdAt, "appSeen");
  if (call.query.get("wait") !== "true") return created(app);
  await call.world.clock.until(seen, call.signal);
  // flyctl, which always waits, reads the app off the answer and looks for the name it finds there (fly-go, CreateApp).
  // Fly's documents have neither, so without the wish the answer is as they say.
  return created(app, appView(call.world, app));
}

/** The name of the body. Fly's documents spell it `app_name`, its spec and clients `name`. */
function nameOf({ world, body }: Call): string | undefined {
  const isAliased = world.position("app-name") === "accepted";
  return text(body, "name") ?? (isAliased ? text(body, "app_name") : undefined);
}

/** What was made with the same key before: for the same name, or none, it is made again by nobody. */
function earlierApp(call: Call): App | undefined {
  const key = text(call.body, "idempotency_key");
  if (key === undefined) return undefined;
  const apps = call.world.apps.all();
  const app = apps.find((one) => one.idempotencyKey === key && isReachable(call.caller, one));
  const name = nameOf(call) ?? app?.name;
  if (app !== undefined && name !== app.name) refuse("idempotencyConflict");
  return app;
}

function freshApp(call: Call): App {
  const { world, body, caller } = call;
  const slug = text(body, "org_slug") ?? refuse("orgMissing");
  const name = nameOf(call) ?? refuse("nameBlank");
  if (!/^[a-z0-9-]{1,62}$/.test(name)) refuse("nameInvalid");
  if (!isOurs(slug, call) || caller.app !== undefined) refuse("forbidden");
  if (world.apps.get(name) !== undefined) refuse("nameTaken");
  const app = newApp(world, name, caller.org);
  app.network = text(body, "network") ?? "";
  app.idempotencyKey = text(body, "idempotency_key");
  // What flyctl makes an app for: a database, a builder (fly-go, CreateAppRequest).
  app.role = text(body, "app_role_id");
  world.put(world.apps, app);
  return app;
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
