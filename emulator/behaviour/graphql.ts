import type { Behaviour } from "./index.ts";

/** GraphQL, tokens, MPG, limits. */
export const graphql: readonly Behaviour[] = [
  { number: 128, grade: "observed", claim: "A bad token on GraphQL is 200 with UNAUTHORIZED among the errors" },
  {
    number: 129,
    grade: "observed",
    claim: "GraphQL's app of a name that is free is null, with NOT_FOUND among the errors",
  },
  {
    number: 130,
    grade: "observed",
    claim: "A token made without an expiry lives 20 years, and its header begins with FlyV1",
  },
  { number: 131, grade: "observed", claim: "A deploy token on another app is 403" },
  { number: 132, grade: "observed", claim: "A token that only reads is 200 for GET and 403 for a change" },
  {
    number: 133,
    grade: "observed",
    claim: "A token can ask which organisation and apps it is for; a bad one gets 401",
  },
  {
    number: 134,
    grade: "observed",
    claim: "Three calls of an action on one machine pass, then 429 until a second is over; ten for reads",
  },
  { number: 135, grade: "observed", claim: "A Postgres cluster in a region without Managed Postgres is 400" },
  {
    number: 136,
    grade: "observed",
    claim: "A new Postgres cluster is creating, initializing, ready; credentials are there only then",
  },
  {
    number: 137,
    grade: "observed",
    claim: "Attaching an app to a cluster sets none of its secrets (switch: DATABASE_URL)",
  },
  { number: 138, grade: "observed", claim: "A deleted cluster answers 202, is deleting, then 410, in the end 404" },
  { number: 139, grade: "observed", claim: "Nothing in Fly's API rolls a release back" },
  { number: 140, grade: "observed", claim: "The current release of an app that was never deployed is 404" },
  {
    number: 141,
    grade: "observed",
    claim: "A create whose answer was lost has made the machine, and its metadata finds it",
  },
  {
    number: 142,
    grade: "observed",
    claim: "Of a machine on an unreachable host the config is known in part, and an update is refused",
  },
];
