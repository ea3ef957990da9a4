import { buildSchema } from "graphql";
import { strategies } from "../handlers/release.ts";

/** Which part of a list is wanted. Fly's lists can be read backwards too, which flyctl never does. */
const paging = "after: String, first: Int,";

/** What a list has beside its nodes. */
const page = "pageInfo: PageInfo! totalCount: Int!";

const release = `
  createdAt: ISO8601DateTime!
  deploymentStrategy: DeploymentStrategy!
  description: String!
  evaluationId: String
  id: ID!
  imageRef: String
  inProgress: Boolean!
  reason: String!
  stable: Boolean!
  status: String!
  user: User
  version: Int!
`;

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
  enum BillingStatus { CURRENT DELINQUENT PAST_DUE SOURCE_REQUIRED SUSPENDED TRIAL_ACTIVE TRIAL_ENDED }
  enum DeploymentStrategy { ${strategies.join(" ")} }
  enum IPAddressType { private_v6 shared_v4 v4 v6 }
  enum PlatformVersionEnum { detached machines nomad }

  type PageInfo { endCursor: String hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String }

  interface Principal { email: String! name: String }
  type User implements Node & Principal { email: String! enablePaidHobby: Boolean! id: ID! name: String }
  type Macaroon implements Principal { email: String! name: String }

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
  type LimitedAccessTokenConnection { nodes: [LimitedAccessToken] ${page} }

  enum AddOnType {
    arcjet enveloop fly_mysql kubernetes redis sentry supabase tigris upstash_kafka upstash_redis upstash_vector wafris
  }
  type AddOnPlan implements Node { description: String displayName: String id: ID! }
  type AddOn implements Node {
    addOnPlan: AddOnPlan
    id: ID!
    metadata: JSON
    name: String
    options: JSON
    organization: Organization!
    primaryRegion: String
    privateIp: String
    readRegions: [String!]
  }
  type AddOnConnection { nodes: [AddOn] ${page} }

  type Organization implements Node {
    addOnSsoLink: String
    addOns(${paging} type: AddOnType): AddOnConnection!
    billable: Boolean!
    billingStatus: BillingStatus!
    id: ID!
    internalNumericId: BigInt!
    limitedAccessTokens(${paging}): LimitedAccessTokenConnection!
    name: String!
    paidPlan: Boolean!
    provisionsBetaExtensions: Boolean!
    rawSlug: String!
    remoteBuilderApp: App
    remoteBuilderImage: String!
    slug: String!
    type: OrganizationType!
    viewerRole: String!
  }
  type OrganizationConnection { nodes: [Organization] ${page} }

  interface AppRole { name: String! }
  type EmptyAppRole implements AppRole { name: String! }

  type Network implements Node { id: ID! name: String! organization: Organization! }
  type IPAddress implements Node {
    address: String!
    createdAt: ISO8601DateTime!
    id: ID!
    network: Network
    region: String
    serviceName: String
    type: IPAddressType!
  }
  type IPAddressConnection { nodes: [IPAddress] ${page} }
  type EgressIPAddress implements Node { id: ID! ip: String! region: String! updatedAt: ISO8601DateTime! version: Int! }
  type EgressIPAddressConnection { nodes: [EgressIPAddress] ${page} }

  type Release implements Node { ${release} }
  type ReleaseUnprocessed implements Node { ${release} configDefinition: JSON }
  type ReleaseUnprocessedConnection { nodes: [ReleaseUnprocessed] ${page} }

  type Host implements Node { id: ID! }
  type MachineIP implements Node { family: String! id: ID! ip: String! kind: String! maskSize: Int! }
  type MachineIPConnection { nodes: [MachineIP] ${page} }
  type Machine implements Node {
    app: App!
    config: JSON!
    createdAt: ISO8601DateTime!
    host: Host!
    id: ID!
    instanceId: String!
    ips(${paging}): MachineIPConnection!
    name: String!
    region: String!
    state: String!
    updatedAt: ISO8601DateTime!
  }
  type MachineConnection { nodes: [Machine] ${page} }
  type Volume implements Node {
    app: App!
    createdAt: ISO8601DateTime!
    encrypted: Boolean!
    id: ID!
    name: String!
    region: String!
    sizeGb: Int!
    state: String!
  }

  type AppConfig { definition: JSON! }
  type Image {
    compressedSizeFull: BigInt!
    digest: String!
    id: ID!
    manifest: JSON!
    ref: String!
  }
  type ImageVersion { digest: String! registry: String! repository: String! tag: String! version: String }
  type Secret implements Node { createdAt: ISO8601DateTime! digest: String! id: ID! name: String! user: User }
  enum ServiceProtocolType { TCP UDP }
  enum ServiceHandlerType { EDGE_HTTP HTTP PG_TLS PROXY_PROTO TLS }
  type ServicePort { handlers: [ServiceHandlerType!]! port: Int }
  type Service { description: String! internalPort: Int! ports: [ServicePort!]! protocol: ServiceProtocolType! }

  type App implements Node {
    appUrl: String
    cnameTarget: String
    config: AppConfig!
    createdAt: ISO8601DateTime!
    currentRelease: Release
    currentReleaseUnprocessed: ReleaseUnprocessed
    deployed: Boolean!
    egressIpAddresses(${paging}): EgressIPAddressConnection!
    hostname: String
    id: ID!
    image(ref: String!): Image
    imageDetails: ImageVersion
    internalNumericId: Int!
    ipAddresses(${paging}): IPAddressConnection!
    limitedAccessTokens(${paging}): LimitedAccessTokenConnection!
    machines(${paging}): MachineConnection!
    name: String!
    network: String
    organization: Organization!
    platformVersion: PlatformVersionEnum
    releasesUnprocessed(${paging} status: String): ReleaseUnprocessedConnection!
    role: AppRole
    secrets: [Secret!]!
    services: [Service!]!
    sharedIpAddress: String
    status: String!
    version: Int!
  }
  type AppConnection { nodes: [App] ${page} }

  type Region {
    code: String!
    deprecated: Boolean!
    gatewayAvailable: Boolean!
    latitude: Float
    longitude: Float
    name: String!
    requiresPaidPlan: Boolean!
  }
  type FlyPlatform { regions: [Region!]! requestRegion: String }

  type Queries {
    app(name: String): App
    appNameAvailable(name: String!): Boolean!
    apps(${paging} organizationId: ID, role: String, type: String): AppConnection!
    canPerformBluegreenDeployment(name: String!): Boolean!
    latestImageDetails(flyVersion: String, image: String!): ImageVersion!
    organization(id: ID, slug: String): Organization
    organizations(${paging} admin: Boolean): OrganizationConnection!
    platform: FlyPlatform!
    viewer: Principal!
    volume(id: ID!): Volume
  }

  input AllocateIPAddressInput {
    appId: ID!
    clientMutationId: String
    network: String
    organizationId: ID
    region: String
    serviceName: String
    type: IPAddressType!
  }
  type AllocateIPAddressPayload { app: App! clientMutationId: String ipAddress: IPAddress }
  input ReleaseIPAddressInput { appId: ID clientMutationId: String ip: String ipAddressId: ID serviceName: String }
  type ReleaseIPAddressPayload { app: App! clientMutationId: String }

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
    allocateIpAddress(input: AllocateIPAddressInput!): AllocateIPAddressPayload
    createLimitedAccessToken(input: CreateLimitedAccessTokenInput!): CreateLimitedAccessTokenPayload
    deleteLimitedAccessToken(input: DeleteLimitedAccessTokenInput!): DeleteLimitedAccessTokenPayload
    releaseIpAddress(input: ReleaseIPAddressInput!): ReleaseIPAddressPayload
  }

  schema { query: Queries mutation: Mutations }
`);
