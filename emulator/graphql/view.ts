import { createHash } from "node:crypto";
import { rfc3339 } from "../clock.ts";
import type { App, LimitedToken } from "../record.ts";
import { orgOf, type World } from "../state.ts";
import type { Caller } from "../token.ts";

/** What a root field is answered with: the world, and who asks. */
export interface Asking {
  world: World;
  caller: Caller;
}

/** All of a list on one page. */
export const connection = <T>(nodes: T[]) => ({
  nodes,
  totalCount: nodes.length,
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
});

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
  user: { email: "local@example.invalid" },
});

/** Node id of an organisation, which says nothing to anybody. */
export const organizationId = (slug: string) =>
  createHash("sha256").update(`organization ${slug}`).digest("hex").slice(0, 16);

export function organizationView(asking: Asking) {
  const { world, caller } = asking;
  const { slug, name, numericId } = orgOf(caller.org);
  return {
    id: organizationId(slug),
    internalNumericId: numericId,
    name,
    slug,
    rawSlug: slug,
    type: "SHARED",
    limitedAccessTokens: () => tokens(asking, world.tokens.all()),
  };
}

/** Tokens of the organisation, those of its apps included: assumed. Revoked and expired ones stay listed (flyctl, tokens list). */
const tokens = (asking: Asking, all: LimitedToken[]) => {
  const mine = all.filter(({ org }) => org === asking.caller.org);
  return connection(
    mine.map((token) => ({ ...tokenView(asking.world, token), organization: organizationView(asking) })),
  );
};

export const appView = (asking: Asking, app: App) => ({
  id: app.id,
  internalNumericId: app.numericId,
  name: app.name,
  organization: () => organizationView(asking),
  limitedAccessTokens: () => tokens(asking, asking.world.tokens.of(app.name)),
});
