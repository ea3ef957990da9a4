import type { Behaviour } from "./index.ts";

/** Transport, auth, errors. */
export const transport: readonly Behaviour[] = [
  {
    number: 1,
    grade: "observed",
    claim: 'GET /v1/apps?org_slug=x without Authorization → 401 {"error":"Authenticate: token validation error"}',
  },
  { number: 2, grade: "observed", claim: "Same with Authorization: Bearer junk → identical body and code" },
  { number: 3, grade: "observed", claim: "Same with Authorization: FlyV1 junk → identical" },
  { number: 4, grade: "observed", claim: "Good macaroon sent as FlyV1 fm2_… and as Bearer fm2_… → both 200" },
  {
    number: 5,
    grade: "observed",
    claim: "GET /v1/nope without auth → 404 text/plain 404 page not found (route check precedes auth)",
  },
  { number: 6, grade: "observed", claim: "PUT /v1/apps (wrong method) → 404 plain text, not 405" },
  { number: 7, grade: "observed", claim: 'Valid token of org X on an app of org Y → 403 err("unauthorized")' },
  { number: 8, grade: "observed", claim: "GET /v1/platform/regions without Authorization → 200" },
  { number: 9, grade: "observed", claim: "Any response carries fly-request-id (ULID-like, region suffix)" },
  { number: 10, grade: "assumed", claim: "Unknown JSON fields in a request body → ignored, not 400" },
  { number: 11, grade: "observed", claim: "Malformed JSON → 400 err(...)" },
];
