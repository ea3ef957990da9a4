import { createHmac, timingSafeEqual } from "node:crypto";
import { tokenId } from "./identifier.ts";
import { macaroon } from "./macaroon.ts";
import type { LimitedToken } from "./record.ts";
import { localOrg, type World } from "./state.ts";

/** Whom a call comes from: what its token may reach. */
export interface Caller {
  readonly tokenId: string;
  /** Slug of the one organisation; empty for a caller without a valid token. */
  readonly org: string;
  /** The one app of it that may be touched; all where there is none. */
  readonly app: string | undefined;
  readonly readOnly: boolean;
  /** When its token ends, in attended time; never where there is none. */
  readonly expiresAt?: number | undefined;
}

/** A caller of what is open to everybody. */
export const nobody: Caller = { tokenId: "", org: "", app: undefined, readOnly: true };

/** The local Fly's own token: the whole of its organisation. */
const owner: Caller = { tokenId: "1", org: localOrg.slug, app: undefined, readOnly: false };

/** Whom the local Fly says to have been where Fly names somebody. */
export const email = "local@example.invalid";

/** Fly's own default for a token without an expiry: 175200h (Fly docs, security/tokens). */
const longestLife = 175_200 * 3_600_000;

/** The only thing that is kept of a token. */
const digestOf = (world: World, value: string) =>
  createHmac("sha256", world.digestKey).update(`token ${value}`).digest("hex");

/** Who calls with that header, or {@link nobody}: by the first of its tokens that is good, and an expired or revoked one is as good as none. */
export function callerOf(world: World, authorization = ""): Caller {
  const tokens = authorization.replace(/^(?:(?:Bearer|FlyV1)\s+)+/i, "").split(",");
  for (const given of tokens) {
    const caller = holderOf(world, given.trim());
    if (caller !== undefined) return caller;
  }
  return nobody;
}

function holderOf(world: World, given: string): Caller | undefined {
  if (isOwners(world, given)) return owner;
  const digest = digestOf(world, given);
  const token = world.tokens.all().find((one) => one.digest === digest);
  if (token === undefined || !isValid(world, token)) return undefined;
  return {
    tokenId: token.id,
    org: token.org,
    app: token.app || undefined,
    readOnly: token.readOnly,
    expiresAt: token.expiresAt,
  };
}

export const isOwner = (caller: Caller) => caller === owner;

function isOwners({ token }: World, given: string): boolean {
  const [mine, theirs] = [Buffer.from(token), Buffer.from(given)];
  return mine.length === theirs.length && timingSafeEqual(mine, theirs);
}

/** A token ages with attended time, as a lease does: who holds it judges its age by a clock that skips nothing. */
const isValid = (world: World, { expiresAt, revokedAt }: LimitedToken) =>
  revokedAt === undefined && expiresAt > world.clock.attended();

/** What a token is to be for. */
export interface TokenWish {
  name: string;
  org: string;
  /** Empty for the whole organisation. */
  app: string;
  readOnly?: boolean;
  lifeMs?: number | undefined;
}

/** Makes a token. Its value is in the answer and nowhere else. */
export function newToken(world: World, wish: TokenWish): { value: string; token: LimitedToken } {
  const value = macaroon();
  const createdAt = world.clock.attended();
  const token: LimitedToken = {
    id: tokenId(),
    name: wish.name,
    org: wish.org,
    app: wish.app,
    readOnly: wish.readOnly ?? false,
    createdAt,
    expiresAt: createdAt + (wish.lifeMs ?? longestLife),
    digest: digestOf(world, value),
  };
  world.tokens.put(token);
  return { value, token };
}
