import type { Behaviour } from "./index.ts";

/** GraphQL, tokens, MPG, limits. */
export const graphql: readonly Behaviour[] = [
  {
    number: 128,
    grade: "observed",
    claim:
      'Bad token on GraphQL → 200 with errors[0] message "You must be authenticated to view this.", extensions.code UNAUTHORIZED',
  },
  {
    number: 129,
    grade: "observed",
    claim: 'app(name:"nope") → data.app null + errors code NOT_FOUND "Could not find App"',
  },
  {
    number: 130,
    grade: "observed",
    claim: 'createLimitedAccessToken without expiry → expiresAt ≈ +20 years; tokenHeader starts "FlyV1 "',
  },
  { number: 131, grade: "observed", claim: "Token profile deploy{app_id} used on another app → 403" },
  { number: 132, grade: "observed", claim: "Read-only token: GET 200, POST 403" },
  { number: 133, grade: "observed", claim: "GET /v1/tokens/current → org_slug and apps for the token; bad → 401" },
  {
    number: 134,
    grade: "observed",
    claim:
      '5 rapid starts on one Machine → first 3 pass, then 429 "rate limit exceeded" until 1/s refills; GET allows 10 burst',
  },
  { number: 135, grade: "observed", claim: 'POST /v1/postgres with bad region → 400 "region is invalid"' },
  {
    number: 136,
    grade: "observed",
    claim: "New cluster: creating → initializing → ready (1–5 min); credentials appear only when ready",
  },
  {
    number: 137,
    grade: "observed",
    claim: "POST attachments → recorded, DATABASE_URL **not** created (formae docs claim it is; keep switchable)",
  },
  { number: 138, grade: "observed", claim: "DELETE cluster → 202, status deleting→deleted; GET later 404/410" },
  { number: 139, grade: "observed", claim: "fly releases rollback 3 has no API: schema has no rollback mutation" },
  { number: 140, grade: "observed", claim: "GET app releases current on an app never deployed → 404" },
  {
    number: 141,
    grade: "observed",
    claim: "Create returning 408/500 after committing (fault) → Machine exists and is findable by its metadata tag",
  },
  {
    number: 142,
    grade: "observed",
    claim: "host_status unreachable fault → config replaced by incomplete_config; update refused",
  },
];
