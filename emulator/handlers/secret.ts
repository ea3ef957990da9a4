import { createHmac } from "node:crypto";
import { type Answer, appOf, type Call } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import type { App, Secret } from "../record.ts";
import type { World } from "../state.ts";

/** The only thing that is kept of a value. Keyed, so that a short value cannot be guessed from it. */
function digest(world: World, app: App, name: string, value: string): string {
  const keyed = createHmac("sha256", world.digestKey).update(JSON.stringify([app.id, name, value]));
  return keyed.digest("hex").slice(0, 32);
}

const secretView = ({ name, digest, createdAt, updatedAt }: Secret) => ({
  name,
  digest,
  created_at: rfc3339(createdAt),
  updated_at: rfc3339(updatedAt),
});

const find = (world: World, app: App, name: string) => world.secrets.get(`${app.name} ${name}`);

function set(world: World, app: App, name: string, value: string): Secret {
  const now = world.clock.now();
  const before = find(world, app, name);
  const secret = { app: app.name, name, createdAt: before?.createdAt ?? now, updatedAt: now };
  const made = { ...secret, digest: digest(world, app, name, value) };
  if (before !== undefined) world.secrets.drop(before);
  world.secrets.put(made);
  return made;
}

function unset(world: World, app: App, name: string): boolean {
  const secret = find(world, app, name);
  if (secret !== undefined) world.secrets.drop(secret);
  return secret !== undefined;
}

/** One change of an app's secrets is one version, however many names it has. Machines are not touched. */
export function countChange(world: World, app: App): number {
  app.secretsVersion++;
  world.put(world.apps, app);
  return app.secretsVersion;
}

/** Sets a secret for who is not asked for its value. */
export function setSecret(world: World, app: App, name: string, value: string): void {
  set(world, app, name, value);
  countChange(world, app);
}

function byName(world: World, app: App) {
  return world.secrets
    .of(app.name)
    .map(secretView)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

export function secretList(call: Call): Answer {
  const app = appOf(call);
  // Nobody can be shown what was never kept: as to a token that may not see values.
  if (call.query.get("show_secrets") === "true") refuse("forbidden");
  return { status: 200, body: { secrets: byName(call.world, app) } };
}

/** Sets the values and unsets the names with null. */
export function secretsUpdate(call: Call): Answer {
  const app = appOf(call);
  const { world } = call;
  const values = call.body["values"] ?? {};
  if (typeof values !== "object" || Array.isArray(values)) refuse("invalid", { what: "values must be an object" });
  const entries = Object.entries(values);
  for (const [name, value] of entries) {
    refuseBadName(name);
    if (value !== null && typeof value !== "string")
      refuse("invalid", { what: `values.${name} must be a string or null` });
  }
  const changed = entries.map(([name, value]) =>
    value === null ? unset(world, app, name) : set(world, app, name, value),
  );
  const version = changed.some(Boolean) ? countChange(world, app) : app.secretsVersion;
  return { status: 200, body: { secrets: byName(world, app), version, Version: version } };
}

function refuseBadName(name: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    refuse("invalid", { what: "a secret's name must be letters, digits and _ and not begin with a digit" });
  }
}

const nameOf = (call: Call) => call.params["name"] ?? "";

export function secretShow(call: Call): Answer {
  const secret = find(call.world, appOf(call), nameOf(call)) ?? refuse("secretMissing");
  return { status: 200, body: secretView(secret) };
}

export function secretCreate(call: Call): Answer {
  const app = appOf(call);
  const { value } = call.body;
  refuseBadName(nameOf(call));
  if (typeof value !== "string") refuse("invalid", { what: "value must be a string" });
  const secret = set(call.world, app, nameOf(call), value);
  const version = countChange(call.world, app);
  return { status: 201, body: { ...secretView(secret), version, Version: version } };
}

/** Unsets a secret; one that is not there is no error, and the answer tells the version. */
export function secretDelete(call: Call): Answer {
  const app = appOf(call);
  const version = unset(call.world, app, nameOf(call)) ? countChange(call.world, app) : app.secretsVersion;
  return { status: 200, body: { version, Version: version } };
}
