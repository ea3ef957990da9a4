import type { Behaviour } from "./index.ts";

/** Transport, auth, errors. */
export const transport: readonly Behaviour[] = [
  { number: 1, grade: "observed", claim: 'A call without a token is 401 "Authenticate: token validation error"' },
  { number: 2, grade: "observed", claim: "A junk Bearer token is answered as none is" },
  { number: 3, grade: "observed", claim: "A junk FlyV1 token is answered as none is" },
  { number: 4, grade: "observed", claim: "A token is taken with the scheme FlyV1 and with Bearer" },
  {
    number: 5,
    grade: "observed",
    claim: "A path that does not exist is 404 in plain text, before any token is asked for",
  },
  { number: 6, grade: "observed", claim: "A method that a path does not have is 404 in plain text, not 405" },
  { number: 7, grade: "observed", claim: "One organisation's token on another's app is 403 \"unauthorized\"" },
  { number: 8, grade: "observed", claim: "The list of regions needs no token" },
  { number: 9, grade: "observed", claim: "Every answer has a fly-request-id that ends with a region" },
  { number: 10, grade: "assumed", claim: "Unknown fields of a body are ignored" },
  { number: 11, grade: "observed", claim: "Malformed JSON is 400 with an error" },
];
