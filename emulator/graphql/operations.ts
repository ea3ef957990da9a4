// Apart from the schema, because graphql itself takes longer to load than all the rest of a start.

/** The root fields that are answered: to the journal and to faults, each is an operation of its own. */
const names = [
  "app",
  "appNameAvailable",
  "apps",
  "canPerformBluegreenDeployment",
  "latestImageDetails",
  "organization",
  "organizations",
  "platform",
  "viewer",
  "volume",
  "allocateIpAddress",
  "createLimitedAccessToken",
  "deleteLimitedAccessToken",
  "releaseIpAddress",
] as const;

export type GraphqlOperation = (typeof names)[number];

export const graphqlOperations: ReadonlySet<string> = new Set(names);
