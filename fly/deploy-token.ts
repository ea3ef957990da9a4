import { z } from "zod";
import { appFind } from "./app.ts";
import type { FlyClient } from "./client.ts";
import { isFlyError } from "./errors.ts";
import { query } from "./graphql.ts";
import { organisationsOf } from "./token.ts";

/** A token as Fly lists it. Its value is not asked for: Fly's app list has a field for it. */
const FlyToken = z.looseObject({
  id: z.string(),
  name: z.string(),
  profile: z.string(),
  createdAt: z.string(),
  expiresAt: z.string(),
  revokedAt: z.string().nullish(),
});
export type FlyToken = z.infer<typeof FlyToken>;

const NewToken = FlyToken.extend({ tokenHeader: z.string().min(1) });

/** A list, of which Fly may answer a part at a time. */
const Tokens = z.looseObject({
  nodes: z
    .array(FlyToken.nullable())
    .nullish()
    .transform((nodes) => (nodes ?? []).filter((node) => node !== null)),
  pageInfo: z.looseObject({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
});

/** What a token is for: one app, or all of an organisation. */
export type TokenScope = { app: string } | { org: string };

/** Who may have tokens: an app or an organisation, by the ids that GraphQL wants, and the tokens there are. */
export interface TokenOwner {
  organizationId: string;
  /** Of an app. */
  appId: string | undefined;
  tokens: FlyToken[];
}

/** What Fly calls a token of that scope (flyctl, tokens create). */
export const profileOf = (scope: TokenScope) => ("app" in scope ? "deploy" : "deploy_organization");

/** In words, for messages: `app "shop"`. */
export const scopeText = (scope: TokenScope) => ("app" in scope ? `app "${scope.app}"` : `organisation "${scope.org}"`);

const fields = "id name profile createdAt expiresAt revokedAt";
const list = `limitedAccessTokens(after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } }`;
const ofApp = `query ($name: String!, $after: String) { app(name: $name) { id organization { id } ${list} } }`;
const ofOrganisation = `query ($slug: String!, $after: String) { organization(slug: $slug) { id ${list} } }`;

const App = z.looseObject({
  id: z.string(),
  organization: z.looseObject({ id: z.string() }),
  limitedAccessTokens: Tokens,
});
const Organization = z.looseObject({ id: z.string(), limitedAccessTokens: Tokens });

/** The app or organisation with its tokens, revoked ones too, or `undefined` where an app is proven not to exist. */
export async function ownerFind(fly: FlyClient, scope: TokenScope): Promise<TokenOwner | undefined> {
  try {
    const tokens: FlyToken[] = [];
    for (let after: string | undefined; ; ) {
      const { page, ...owner } = await ownerPage(fly, scope, after);
      tokens.push(...page.nodes);
      if (!page.pageInfo.hasNextPage || !page.pageInfo.endCursor) return { ...owner, tokens };
      after = page.pageInfo.endCursor;
    }
  } catch (error) {
    // GraphQL does not tell a missing app from one this token is not for. The Machines API does, and `appFind` has proof.
    if (!isFlyError(error, "not-found") || !("app" in scope)) throw error;
    if ((await appFind(fly, scope.app)) !== undefined) throw error;
    return undefined;
  }
}

async function ownerPage(fly: FlyClient, scope: TokenScope, after: string | undefined) {
  const call = { does: `list the tokens of ${scopeText(scope)}`, subject: scopeText(scope), repeat: "always" } as const;
  if ("app" in scope) {
    const variables = { name: scope.app, after };
    const app = await query(fly, { ...call, operation: "app", document: ofApp, variables, answer: App });
    return { organizationId: app.organization.id, appId: app.id, page: app.limitedAccessTokens };
  }
  const variables = { slug: scope.org, after };
  const answer = Organization;
  const org = await query(fly, { ...call, operation: "organization", document: ofOrganisation, variables, answer });
  return { organizationId: org.id, appId: undefined, page: org.limitedAccessTokens };
}

/** What a new token is to be. */
export interface TokenWish {
  name: string;
  /** In Go's spelling; days Fly does not know. */
  expiry: string;
}

const creation = `mutation ($input: CreateLimitedAccessTokenInput!) {
  createLimitedAccessToken(input: $input) { limitedAccessToken { ${fields} tokenHeader } }
}`;

/** Makes a token. The answer has its value, which Fly never shows again. */
export async function tokenCreate(fly: FlyClient, owner: TokenOwner, scope: TokenScope, wish: TokenWish) {
  const { organizationId, appId } = owner;
  const { limitedAccessToken } = await query(fly, {
    operation: "createLimitedAccessToken",
    does: `create token "${wish.name}" for ${scopeText(scope)}`,
    document: creation,
    // As flyctl does it (flyctl, tokens create).
    variables: {
      input: {
        ...wish,
        organizationId,
        profile: profileOf(scope),
        profileParams: appId === undefined ? {} : { app_id: appId },
      },
    },
    repeat: "unsent",
    subject: scopeText(scope),
    answer: z.looseObject({ limitedAccessToken: NewToken }),
  });
  return limitedAccessToken;
}

const revocation = `mutation ($input: DeleteLimitedAccessTokenInput!) {
  deleteLimitedAccessToken(input: $input) { clientMutationId }
}`;

/** Revokes a token. Whether it is dead, {@link isDead} tells. */
export const tokenRevoke = (fly: FlyClient, scope: TokenScope, id: string) =>
  query(fly, {
    operation: "deleteLimitedAccessToken",
    does: `revoke token ${id} of ${scopeText(scope)}`,
    document: revocation,
    variables: { input: { id } },
    repeat: "always",
    subject: scopeText(scope),
    answer: z.unknown(),
  });

/** Whether Fly does not accept that token: proven by asking with it, and by nothing but a 401. */
export async function isDead(fly: FlyClient, token: string): Promise<boolean> {
  const holder = fly.withToken(token);
  try {
    await organisationsOf(holder);
    return false;
  } catch (error) {
    if (!isFlyError(error, "unauthorized")) throw error;
    return true;
  } finally {
    await holder.close();
  }
}
