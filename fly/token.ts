import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { FlyError } from "./errors.ts";

/** A token without the scheme that `fly tokens create` prints before it. */
export const bareToken = (token: string) => token.trim().replace(/^(FlyV1|Bearer)(\s+|$)/i, "");

/** Macaroons go as `FlyV1`, anything else as `Bearer`, as flyctl does (fly-go, tokens). */
export const authorization = (token: string) =>
  /^fm[12][ar]?_|,fm[12][ar]?_/.test(token) ? `FlyV1 ${token}` : `Bearer ${token}`;

const Current = z.looseObject({
  tokens: z
    .array(z.looseObject({ organization: z.string().nullish(), org_slug: z.string().nullish() }))
    .nullish()
    .transform((tokens) => tokens ?? []),
});

const learning = "ask Fly what the token is for";

/** Slugs of the organisations a token is for. */
export async function organisationsOf(fly: FlyClient): Promise<string[]> {
  const { tokens } = await fly.send({
    operation: "Tokens_current",
    does: learning,
    method: "GET",
    path: "/v1/tokens/current",
    repeat: "always",
    answer: Current,
  });
  return [...new Set(tokens.flatMap(({ org_slug }) => org_slug ?? []))];
}

/** The organisation a token is for, or an error that names the choice where there is one. */
export async function organisationOf(fly: FlyClient): Promise<string> {
  const slugs = await organisationsOf(fly);
  if (slugs.length === 1 && slugs[0] !== undefined) return slugs[0];
  const found = slugs.length === 0 ? "it names none" : `it is for ${slugs.join(" and ")}`;
  throw new FlyError("invalid", learning, `${found}. Set airworthy:org to the organisation's slug`);
}
