import { milliseconds } from "../duration.ts";
import { refuse } from "../errors.ts";
import { newToken } from "../token.ts";
import { type Asking, organizationId, organizationView, tokenView } from "./view.ts";

interface Creation {
  name: string;
  organizationId: string;
  profile: string;
  profileParams?: { app_id?: unknown } | null;
  expiry?: string | null;
}

/** Makes a token; without an expiry for 20 years (Fly docs, security/tokens). */
export function createLimitedAccessToken(asking: Asking, { input }: { input: Creation }) {
  const { world, caller } = asking;
  onlyOrganisation(asking);
  if (input.organizationId !== organizationId(caller.org)) refuse("graphqlOrgMissing");
  const wish = { name: input.name, org: caller.org, app: appOf(asking, input), lifeMs: lifeOf(input) };
  const { value, token } = newToken(world, wish);
  const shown = { token: value, tokenHeader: `FlyV1 ${value}`, organization: () => organizationView(asking) };
  return { limitedAccessToken: { ...tokenView(world, token), ...shown } };
}

/** Revokes a token, once or again: assumed of the second time. */
export function deleteLimitedAccessToken(asking: Asking, { input }: { input: { id?: string | null } }) {
  const { world, caller } = asking;
  onlyOrganisation(asking);
  const token = world.tokens.get(input.id ?? "");
  if (token === undefined || token.org !== caller.org) refuse("graphqlTokenMissing");
  token.revokedAt ??= world.clock.attended();
  world.tokens.put(token);
  return {};
}

/** Tokens are the organisation's business: an app's own token may make and revoke none (assumed), nor one that only reads. */
function onlyOrganisation({ caller }: Asking): void {
  if (caller.readOnly || caller.app !== undefined) refuse("graphqlForbidden");
}

/** The app that the token is to be for; empty for all. */
function appOf({ world, caller }: Asking, { profile, profileParams }: Creation): string {
  if (profile === "deploy_organization") return "";
  if (profile !== "deploy") refuse("graphqlInvalid", { what: "this profile is not emulated by the local Fly" });
  const app = world.apps.all().find(({ id, org }) => id === profileParams?.app_id && org === caller.org);
  return app?.name ?? refuse("graphqlAppMissing");
}

function lifeOf({ expiry }: Creation): number | undefined {
  if (expiry === undefined || expiry === null || expiry === "") return undefined;
  const ms = milliseconds(expiry);
  // Go's durations end at 292 years.
  if (ms === undefined || ms <= 0 || ms > 9.2e12) refuse("graphqlInvalid", { what: "expiry is not a duration" });
  return ms;
}
