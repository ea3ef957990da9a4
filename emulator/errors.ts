/** What Fly says when it refuses. `{…}` is filled in. */
export interface Refusal {
  readonly status: number;
  readonly text: string;
  /** Machine-readable `status` beside the text. */
  readonly code?: string;
  /** Two services sit behind Fly's host: one says `error`, the other `message`. @default "error" */
  readonly shape?: "error" | "message" | "plain" | "graphql";
  /** Whether somebody saw Fly answer so, or both status and text are our guess. `text` or `status`: that part is a guess. */
  readonly evidence: "observed" | "assumed" | "text assumed" | "status assumed";
}

/** GraphQL refuses with 200 and the code among the errors. */
function graphql(code: string, text: string, evidence: Refusal["evidence"]): Refusal {
  return { status: 200, text, code, shape: "graphql", evidence };
}

/** Every refusal of the local Fly, by name. What is assumed can be corrected here and nowhere else. */
export const refusals = {
  noRoute: { status: 404, text: "404 page not found", shape: "plain", evidence: "observed" },
  badToken: { status: 401, text: "Authenticate: token validation error", evidence: "observed" },
  badTokenWeb: { status: 401, text: "Unauthorized", shape: "message", evidence: "observed" },
  noPostgresOrg: { status: 404, text: "Organization not found", evidence: "observed" },
  forbidden: { status: 403, text: "unauthorized", evidence: "observed" },

  graphqlBadToken: graphql("UNAUTHORIZED", "You must be authenticated to view this.", "observed"),
  graphqlForbidden: graphql("FORBIDDEN", "You are not authorized to do this", "assumed"),
  graphqlAppMissing: graphql("NOT_FOUND", "Could not find App", "text assumed"),
  graphqlOrgMissing: graphql("NOT_FOUND", "Could not find Organization", "text assumed"),
  orgWebMissing: { status: 404, text: "Organization not found", shape: "message", evidence: "assumed" },

  graphqlVolumeMissing: graphql("NOT_FOUND", "Could not find Volume", "assumed"),
  graphqlRepositoryUnknown: graphql("NOT_FOUND", "Unknown repository", "assumed"),
  graphqlAddressMissing: graphql("NOT_FOUND", "Could not find IPAddress", "assumed"),
  graphqlTokenMissing: graphql("NOT_FOUND", "Could not find LimitedAccessToken", "assumed"),
  graphqlInvalid: graphql("UNPROCESSABLE", "{what}", "text assumed"),

  malformedJson: { status: 400, text: "invalid_argument: malformed JSON in request body", evidence: "text assumed" },
  bodyTooLarge: { status: 413, text: "invalid_argument: request body is larger than 1 MiB", evidence: "assumed" },
  invalid: { status: 400, text: "invalid_argument: {what}", evidence: "text assumed" },
  rateLimited: { status: 429, text: "rate limit exceeded", evidence: "observed" },
  foreignCaller: {
    status: 403,
    text: "the local Fly answers only at its own address and to no web page",
    evidence: "assumed",
  },
  notEmulated: { status: 501, text: "{operation} is not emulated by the local Fly: {why}", evidence: "assumed" },
  answerWrong: {
    status: 500,
    text: "the local Fly's own answer to {operation} is not what Fly's document says, at {place}: {what}",
    evidence: "assumed",
  },
  internal: { status: 500, text: "the local Fly failed; see local.log", evidence: "assumed" },

  appMissing: { status: 404, text: "app not found", evidence: "text assumed" },
  appGone: { status: 400, text: "could not find app", evidence: "observed" },
  orgMissing: { status: 400, text: "invalid_argument: org_slug is required", evidence: "text assumed" },
  orgUnknown: { status: 404, text: "Organization not found", evidence: "text assumed" },
  nameTaken: {
    status: 422,
    text: "Validation failed: Name has already been taken",
    code: "name_taken",
    evidence: "observed",
  },
  nameInvalid: {
    status: 422,
    text: "Validation failed: Name under 63 chars using numbers, lowercase letters and dashes",
    evidence: "status assumed",
  },
  nameBlank: { status: 422, text: "Validation failed: Name can't be blank", evidence: "assumed" },
  idempotencyConflict: {
    status: 422,
    text: "Validation failed: Idempotency key was used for another app",
    evidence: "assumed",
  },

  machineMissing: { status: 404, text: "machine not found", evidence: "observed" },
  machineDestroyed: { status: 404, text: "not_found: machine not found", evidence: "observed" },
  machineIdInvalid: { status: 400, text: "invalid machine ID, '{id}'", evidence: "observed" },
  machineNameTaken: {
    status: 409,
    text: 'already_exists: unique machine name violation, machine ID {id} already exists with name "{name}"',
    evidence: "observed",
  },
  staleVersion: { status: 409, text: "aborted: current version is {version}, not {given}", evidence: "text assumed" },
  notDestroyable: {
    status: 412,
    text: "failed_precondition: unable to destroy machine, not currently stopped, suspended, failed or created",
    evidence: "observed",
  },
  notDestroyableEarlier: {
    status: 409,
    text: "failed_precondition: unable to destroy machine, not currently stopped, suspended, failed or created",
    evidence: "observed",
  },
  concurrentUpdate: {
    status: 409,
    text: "aborted: machine update failed due to concurrent update",
    evidence: "observed",
  },
  machineLimit: {
    status: 422,
    text: "Your organization has reached its machine limit. Please contact billing@fly.io",
    evidence: "observed",
  },
  wrongState: {
    status: 412,
    text: "failed_precondition: unable to {verb} machine from current state: '{state}'",
    evidence: "observed",
  },
  beingReplaced: {
    status: 412,
    text: "failed_precondition: machine getting replaced, refusing to start",
    evidence: "observed",
  },
  stillActive: {
    status: 412,
    text: "failed_precondition: machine still active, refusing to start",
    evidence: "observed",
  },
  cannotSuspend: { status: 412, text: "failed_precondition: machine cannot be suspended: {why}", evidence: "assumed" },
  hostUnreachable: { status: 412, text: "failed_precondition: the machine's host is unreachable", evidence: "assumed" },
  secretsBehind: {
    status: 412,
    text: "failed_precondition: secrets version {wanted} is not known, the newest is {known}",
    evidence: "assumed",
  },
  noHost: { status: 422, text: "could not find a candidate host", code: "insufficient_capacity", evidence: "observed" },
  hostShort: {
    status: 409,
    text: "aborted: could not reserve resource for machine: insufficient {what} available to fulfill request",
    evidence: "observed",
  },
  noIpsLeft: { status: 409, text: "aborted: insufficient IPs available to fulfill request", evidence: "text assumed" },
  noCapacity: { status: 409, text: "aborted: no capacity", evidence: "observed" },
  metadataMissing: { status: 404, text: "not_found: metadata key not found", evidence: "text assumed" },
  metadataStale: { status: 412, text: "failed_precondition: machine_version does not match", evidence: "text assumed" },

  waitRange: {
    status: 400,
    text: "invalid_argument: invalid WaitMachineRequest.Timeout: value must be inside range [1s, 1m0s]",
    evidence: "observed",
  },
  waitTimedOut: {
    status: 408,
    text: "deadline_exceeded: machine failed to reach desired state, {wanted}, currently {state}",
    evidence: "observed",
  },
  waitHopeless: {
    status: 400,
    text: "invalid_argument: machine will not reach desired state, {wanted}, currently {state}",
    evidence: "text assumed",
  },

  leaseHeld: {
    status: 409,
    text: "aborted: machine ID {id} lease currently held by {owner}, expires at {at}",
    evidence: "observed",
  },
  leaseMissing: { status: 404, text: "lease not found", evidence: "observed" },
  leaseNonceMissing: {
    status: 400,
    text: "invalid_argument: fly-machine-lease-nonce header is required",
    evidence: "text assumed",
  },

  volumeMissing: { status: 404, text: "not_found: volume not found", evidence: "text assumed" },
  volumeToMountMissing: { status: 400, text: "invalid_argument: volume {volume} not found", evidence: "assumed" },
  volumeNoneFree: {
    status: 412,
    text: "failed_precondition: no unattached volume named {name} in {region}",
    evidence: "assumed",
  },
  volumeClaimed: {
    status: 412,
    text: "failed_precondition: volume already claimed by machine {machine}",
    evidence: "observed",
  },
  volumeBound: {
    status: 412,
    text: "failed_precondition: volume is currently bound to machine: {machine}",
    evidence: "observed",
  },
  volumeElsewhere: {
    status: 400,
    text: "invalid_argument: volume {volume} is in region {region}, the machine in {wanted}",
    evidence: "assumed",
  },
  volumeHostFull: {
    status: 412,
    text: "insufficient resources to create new machine with existing volume id '{volume}'",
    code: "volume_placement_capacity",
    evidence: "observed",
  },
  volumeSwapped: {
    status: 400,
    text: "invalid_argument: a mounted volume cannot be changed for another",
    evidence: "assumed",
  },
  volumeShrunk: {
    status: 422,
    text: "Validation failed: volume has {size} GB and cannot be made smaller",
    evidence: "assumed",
  },
  volumeUninitialized: {
    status: 400,
    text: "invalid_argument: cannot snapshot an uninitialized volume, attach it to a machine first",
    evidence: "text assumed",
  },
  snapshotScheduled: {
    status: 412,
    text: "failed_precondition: snapshot is already scheduled at {at}",
    evidence: "observed",
  },
  snapshotMissing: { status: 404, text: "not_found: snapshot not found", evidence: "assumed" },
  snapshotLarger: {
    status: 400,
    text: "invalid_argument: volume must have at least the snapshot's {size} GB",
    evidence: "assumed",
  },

  secretKeyMissing: { status: 404, text: "not_found: secret key not found", evidence: "text assumed" },
  secretKeyType: {
    status: 400,
    text: "invalid_argument: type must be one of {types}",
    evidence: "text assumed",
  },
  secretKeyName: { status: 400, text: "invalid_argument: secret key name {name} is invalid", evidence: "text assumed" },
  secretKeyRetyped: { status: 500, text: "secret {name} is of type {before}, expected {given}", evidence: "observed" },
  networkPolicyMissing: { status: 404, text: "not_found: network policy not found", evidence: "assumed" },
  releaseMissing: { status: 404, text: "Release not found", evidence: "text assumed" },
  tokenUnknown: { status: 400, text: "invalid_argument: no token of the header is valid", evidence: "text assumed" },
  secretMissing: { status: 404, text: "not_found: secret not found", evidence: "text assumed" },
  certificateMissing: { status: 404, text: "certificate not found", evidence: "text assumed" },
  hostnameTaken: { status: 422, text: "Hostname already exists on app", evidence: "observed" },
  certificateTaken: { status: 409, text: "Custom certificate already exists", evidence: "assumed" },
  hostnameInvalid: { status: 422, text: "Validation failed: Hostname is invalid", evidence: "assumed" },
  certificateInvalid: { status: 422, text: "Validation failed: {what}", evidence: "assumed" },
  ipMissing: { status: 404, text: "ip assignment not found", evidence: "text assumed" },
  networkMissing: { status: 400, text: "network not found", evidence: "observed" },
  ipOrgRefused: { status: 400, text: "org_slug is only supported with private_v6 type", evidence: "observed" },

  clusterMissing: { status: 404, text: "Cluster not found", evidence: "text assumed" },
  clusterDeleted: { status: 410, text: "This cluster has been deleted", evidence: "observed" },
  clusterDeleting: { status: 410, text: "This cluster is being deleted", evidence: "observed" },
  clusterAway: { status: 503, text: "The cluster's admin service is unavailable", evidence: "text assumed" },
  postgresRegion: { status: 400, text: "region is invalid", evidence: "observed" },
  postgresInvalid: { status: 422, text: "{what}", evidence: "text assumed" },
  postgresMalformed: { status: 400, text: "{what}", evidence: "text assumed" },
  postgresNotReady: { status: 409, text: "Cluster is not ready to be forked", evidence: "text assumed" },
  backupMissing: { status: 404, text: "Backup {backup} not found for cluster {cluster}", evidence: "observed" },
  extensionInstalled: {
    status: 409,
    text: "Extension {name} is already installed in schema {schema}",
    evidence: "observed",
  },
  extensionPostgis: { status: 409, text: "PostGIS is not enabled on this cluster", evidence: "observed" },
  extensionSystem: { status: 400, text: "System extensions cannot be disabled", evidence: "observed" },
  postgresTaken: { status: 409, text: "{what} already exists", evidence: "assumed" },
  postgresPartMissing: { status: 404, text: "{what} not found", evidence: "assumed" },
  backupRunning: { status: 409, text: "A backup is currently running", evidence: "text assumed" },
} as const satisfies Record<string, Refusal>;

export type RefusalName = keyof typeof refusals;

/** Thrown by a handler that refuses. */
export class Refused extends Error {
  readonly status: number;
  /** What is sent: an object as JSON, a string as plain text. */
  readonly body: Record<string, string> | string;

  constructor(refusal: Refusal, text: string) {
    super(text);
    this.status = refusal.status;
    this.body = bodyOf(refusal, text);
  }
}

function bodyOf(refusal: Refusal, text: string): Refused["body"] {
  if (refusal.shape === "plain") return text;
  if (refusal.shape === "message") return { message: text };
  if (refusal.shape === "graphql") return { message: text, code: refusal.code ?? "" };
  return { error: text, ...(refusal.code === undefined ? {} : { status: refusal.code }) };
}

/** Ends the call with one of Fly's refusals. */
export function refuse(name: RefusalName, fill: Record<string, string | number> = {}): never {
  const refusal = refusals[name];
  throw new Refused(
    refusal,
    refusal.text.replace(/\{(\w+)\}/g, (_, key: string) => String(fill[key] ?? "")),
  );
}
