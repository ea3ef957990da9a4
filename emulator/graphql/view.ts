import { createHash } from "node:crypto";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import type { LimitedToken } from "../record.ts";
import { orgOf, type World } from "../state.ts";
import { type Caller, email } from "../token.ts";

/** What a root field is answered with: the world, and who asks. */
export interface Asking {
  world: World;
  caller: Caller;
}

/** Which part of a list is wanted. The end of a page is where the next begins. */
export interface Wanted {
  first?: number | null;
  after?: string | null;
}

/** A list, all of it where nobody asks for a part. Fewer than none are none: assumed. */
export function connection<T>(nodes: T[], { first, after }: Wanted = {}) {
  const start = after ? placeOf(after) : 0;
  const page = nodes.slice(start, first == null ? undefined : start + Math.max(first, 0));
  const end = start + page.length;
  const pageInfo = { hasNextPage: end < nodes.length, hasPreviousPage: start > 0 };
  const cursors = page.length === 0 ? {} : { startCursor: String(start + 1), endCursor: String(end) };
  return { nodes: page, totalCount: nodes.length, pageInfo: { ...pageInfo, ...cursors } };
}

/** How many come before what follows a cursor. */
function placeOf(cursor: string): number {
  if (!/^\d{1,9}$/.test(cursor)) refuse("graphqlInvalid", { what: "after is no cursor of this list" });
  return Number(cursor);
}

/** Who did something: nobody is known to the local Fly but by a token. */
export const user = { id: "1", email, name: "local", enablePaidHobby: false };

/** A token as it is listed: its value was shown once, when it was made. */
export const tokenView = (world: World, token: LimitedToken) => ({
  id: token.id,
  name: token.name,
  createdAt: rfc3339(token.createdAt),
  expiresAt: rfc3339(token.expiresAt),
  revokedAt: token.revokedAt === undefined ? null : rfc3339(token.revokedAt),
  profile: token.app === "" ? "deploy_organization" : "deploy",
  profileParams: token.app === "" ? {} : { app_id: world.apps.get(token.app)?.id },
  token: "",
  tokenHeader: null as string | null,
  user,
});

/** A node id of something that has none of its own. It says nothing to anybody. */
export const nodeId = (of: string) => createHash("sha256").update(of).digest("hex").slice(0, 16);

export const organizationId = (slug: string) => nodeId(`organization ${slug}`);

/** The slug of an organisation's node id, which can only be the caller's own. */
export function orgSlugOf({ caller }: Asking, id: string): string {
  if (id !== organizationId(caller.org)) refuse("graphqlOrgMissing");
  return caller.org;
}

export function organizationView(asking: Asking) {
  const { world, caller } = asking;
  const { slug, name, numericId } = orgOf(caller.org);
  return {
    id: organizationId(slug),
    // A BigInt comes as a text (fly-go, Organization.InternalNumericID).
    internalNumericId: String(numericId),
    name,
    slug,
    rawSlug: slug,
    type: "SHARED",
    viewerRole: caller.readOnly || caller.app !== undefined ? "member" : "admin",
    // Nothing is paid for here, and nothing is held back for that.
    ...{ paidPlan: false, billable: true, billingStatus: "CURRENT" },
    ...{ addOnSsoLink: null, provisionsBetaExtensions: false, addOns: () => connection([]) },
    // Images are never built here.
    ...{ remoteBuilderApp: null, remoteBuilderImage: "" },
    limitedAccessTokens: () => tokens(asking, world.tokens.all()),
  };
}

/**
 * Tokens of the organisation, those of its apps included, and to an app's own token those of that app: assumed. Revoked
 * and expired ones stay listed (flyctl, tokens list).
 */
export const tokens = (asking: Asking, all: LimitedToken[]) => {
  const { org: ours, app: only } = asking.caller;
  const mine = all.filter(({ org, app }) => org === ours && (only === undefined || only === app));
  return connection(
    mine.map((token) => ({ ...tokenView(asking.world, token), organization: organizationView(asking) })),
  );
};
