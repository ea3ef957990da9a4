import { buildSchema } from "graphql";

/**
 * What the local Fly has of Fly's GraphQL schema. Names and nullability are Fly's (flyctl, gql/schema.graphql), so that
 * a document that passes here passes there.
 */
export const schema = buildSchema(`
  scalar BigInt
  scalar ISO8601DateTime
  scalar JSON

  interface Node { id: ID! }
  enum OrganizationType { PERSONAL SHARED }

  type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }
  type User { email: String! }

  type LimitedAccessToken implements Node {
    createdAt: ISO8601DateTime!
    expiresAt: ISO8601DateTime!
    id: ID!
    name: String!
    organization: Organization!
    profile: String!
    profileParams: JSON
    revokedAt: ISO8601DateTime
    token: String!
    tokenHeader: String
    user: User!
  }
  type LimitedAccessTokenConnection { nodes: [LimitedAccessToken] pageInfo: PageInfo! totalCount: Int! }

  type Organization implements Node {
    id: ID!
    internalNumericId: BigInt!
    limitedAccessTokens(after: String, before: String, first: Int, last: Int): LimitedAccessTokenConnection!
    name: String!
    rawSlug: String!
    slug: String!
    type: OrganizationType!
  }
  type OrganizationConnection { nodes: [Organization] pageInfo: PageInfo! totalCount: Int! }

  type App implements Node {
    id: ID!
    internalNumericId: Int!
    limitedAccessTokens(after: String, before: String, first: Int, last: Int): LimitedAccessTokenConnection!
    name: String!
    organization: Organization!
  }

  type Queries {
    app(name: String): App
    organization(id: ID, name: String, slug: String): Organization
    organizations(admin: Boolean, after: String, before: String, first: Int, last: Int, type: OrganizationType): OrganizationConnection!
  }

  input CreateLimitedAccessTokenInput {
    clientMutationId: String
    expiry: String
    name: String!
    optInThirdParties: [String!]
    optOutThirdParties: [String!]
    organizationId: ID!
    profile: String!
    profileParams: JSON
  }
  type CreateLimitedAccessTokenPayload { clientMutationId: String limitedAccessToken: LimitedAccessToken! }

  input DeleteLimitedAccessTokenInput { clientMutationId: String id: ID revokedBy: String token: String }
  type DeleteLimitedAccessTokenPayload { clientMutationId: String revokedBy: String token: String }

  type Mutations {
    createLimitedAccessToken(input: CreateLimitedAccessTokenInput!): CreateLimitedAccessTokenPayload
    deleteLimitedAccessToken(input: DeleteLimitedAccessTokenInput!): DeleteLimitedAccessTokenPayload
  }

  schema { query: Queries mutation: Mutations }
`);
