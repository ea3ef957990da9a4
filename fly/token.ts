import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { FlyError, isFlyError } from "./errors.ts";

/** A token without the scheme that `fly tokens create` prints before it. */
export const bareToken = (token: string) => token.trim().replace(/^(FlyV1|Bearer)(\s+|$)/i, "");

/** Macaroons go as `FlyV1`, anything else as `Bearer`, as flyctl does (fly-go, tokens). */
export const authorization = (token: string) =>
  /^fm[12][ar]?_|,fm[12][ar]?_/.test(token) ? `FlyV1 ${token}` : `Bearer ${token}`;

const Current = z.looseObject({
  tokens: z
    .array(
      z.looseObject({
        organization: z.string().nullish(),
        org_slug: z.string().nullish(),
        apps: z.array(z.union([z.string(), z.number().transform(String)])).nullish(),
      }),
    )
    .nullish()
    .transform((tokens) => tokens ?? []),
});

const learning = "ask Fly what the token is for";

const current = (fly: FlyClient) =>
  fly.send({
    operation: "Tokens_current",
    does: learning,
    method: "GET",
    path: "/v1/tokens/current",
    repeat: "always",
    answer: Current,
  });

type Tokens = z.infer<typeof Current>["tokens"];

const slugsOf = (tokens: Tokens) => [...new Set(tokens.flatMap(({ org_slug }) => org_slug ?? []))];

/** Slugs of the organisations a token is for. */
export const organisationsOf = async (fly: FlyClient): Promise<string[]> => slugsOf((await current(fly)).tokens);

/** What a token is good for. */
export interface TokenReach {
  /** Slugs of its organisations. */
  orgs: string[];
  /** The apps that it is confined to; none where it is for all of them. */
  apps: string[];
  /** When it ends; `undefined` where it never does, `unknown` where Fly does not say. */
  expiresAt: Date | "unknown" | undefined;
}

/** Types and bodies of caveats are superfly/macaroon's; moments are in seconds since 1970. */
const Authenticated = z.array(
  z.looseObject({
    caveats: z.looseObject({
      caveats: z.array(z.looseObject({ type: z.string().nullish(), body: z.unknown() })).nullish(),
    }),
  }),
);
const ValidityWindow = z.looseObject({ not_after: z.number() });

/** What the client's token, which is the one given, is good for, and until when. */
export async function tokenReach(fly: FlyClient, token: string): Promise<TokenReach> {
  const [{ tokens }, expiresAt] = await Promise.all([current(fly), expiryOf(fly, token)]);
  return { orgs: slugsOf(tokens), apps: [...new Set(tokens.flatMap(({ apps }) => apps ?? []))], expiresAt };
}

/** The earliest end that any caveat sets. Tokens that are no macaroons have none to show. */
async function expiryOf(fly: FlyClient, token: string): Promise<TokenReach["expiresAt"]> {
  try {
    const verified = await fly.send({
      operation: "Tokens_authenticate",
      does: "ask Fly when the token ends",
      method: "POST",
      path: "/v1/tokens/authenticate",
      body: { header: authorization(token) },
      reads: true,
      repeat: "always",
      confidential: [token],
      answer: Authenticated,
    });
    const all = verified.flatMap(({ caveats }) => caveats.caveats ?? []);
    const ends = all.flatMap(({ type, body }) => {
      const window = type === "ValidityWindow" ? ValidityWindow.safeParse(body).data : undefined;
      return window === undefined ? [] : [window.not_after * 1000];
    });
    if (verified.length === 0) return "unknown";
    return ends.length === 0 ? undefined : new Date(Math.min(...ends));
  } catch (error) {
    // What the token is for is asked beside this, and tells a bad token from one that may not ask.
    if (isFlyError(error) && error.kind !== "cancelled") return "unknown";
    throw error;
  }
}

/** The organisation a token is for, or an error that names the choice where there is one. */
export async function organisationOf(fly: FlyClient): Promise<string> {
  const slugs = await organisationsOf(fly);
  if (slugs.length === 1 && slugs[0] !== undefined) return slugs[0];
  const found = slugs.length === 0 ? "it names none" : `it is for ${slugs.join(" and ")}`;
  throw new FlyError("invalid", learning, `${found}. Set airworthy:org to the organisation's slug`);
}
