/**
 * What went wrong with a call, as far as anyone acts on it:
 * `unreachable` nothing arrived · `unauthorized` no valid token · `forbidden` the token may not · `not-found` ·
 * `name-taken` · `lease-held` somebody else holds the machine · `conflict` other 409s · `precondition` the state forbids it ·
 * `no-capacity` the region or host is full · `quota` the organisation may not have more · `rate-limited` ·
 * `invalid` Fly refused the request · `timeout` a wait ended · `server` Fly failed ·
 * `uncertain` sent, and nobody knows whether it happened · `cancelled` by the user.
 */
export type FlyErrorKind =
  | "unreachable"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "name-taken"
  | "lease-held"
  | "conflict"
  | "precondition"
  | "no-capacity"
  | "quota"
  | "rate-limited"
  | "invalid"
  | "timeout"
  | "server"
  | "uncertain"
  | "cancelled";

/** A call to Fly that did not do what was asked. The message says what was tried, what came back and what to do. */
export class FlyError extends Error {
  override readonly name = "FlyError";
  readonly kind: FlyErrorKind;
  /** What came back, without what was tried and what to do. */
  readonly what: string;
  /** HTTP status, where there was an answer. */
  readonly status: number | undefined;

  constructor(kind: FlyErrorKind, does: string, what: string, status?: number, options?: ErrorOptions) {
    const hint = hints[kind];
    super(`${does}: ${what}${hint === undefined ? "" : `. ${hint}`}`, options);
    this.kind = kind;
    this.what = what;
    this.status = status;
  }
}

/** Whether an error is a {@link FlyError} of one of these kinds. */
export const isFlyError = (error: unknown, ...kinds: FlyErrorKind[]): error is FlyError =>
  error instanceof FlyError && (kinds.length === 0 || kinds.includes(error.kind));

const hints: Partial<Record<FlyErrorKind, string>> = {
  unreachable: "Check the network, and the endpoint if you set one (airworthy:flapsUrl or FLY_FLAPS_BASE_URL)",
  unauthorized:
    "Fly does not accept this token: it is mistyped, expired or revoked. Make one with `fly tokens create deploy` or `fly tokens create org`",
  forbidden: "The token is valid but not for this: it is for another organisation or app, or may only read",
  "name-taken":
    "App names are shared by all Fly users, so an app you cannot see may hold it. Choose another name, or `pulumi import` the app if it is yours",
  "no-capacity": "Try another region or a smaller guest, or wait",
  quota:
    "The organisation has all it may have, in every region. Add a payment method or ask billing@fly.io for more, or remove what is not needed",
  "lease-held": "Somebody else is changing this machine, perhaps `fly deploy`. Run again when that has ended",
  "rate-limited": "Fly allows one call a second for each action and machine. Run again",
  server: "Fly had a problem; see https://status.flyio.net, then run again",
  uncertain: "Whether it happened is not known. Run again: what exists is looked for before anything is made",
};

/** What a call is answered with that was ended from here: by the user, or because its time was over. */
export function cancelled(does: string, { reason }: AbortSignal, options?: ErrorOptions): FlyError {
  const isLate = reason?.name === "TimeoutError";
  const what = isLate ? "the time for it is over (customTimeouts)" : String(reason?.message ?? "cancelled");
  return new FlyError("cancelled", does, what, undefined, options);
}

/** The kind of error that an answer of Fly's means. */
export function kindOf(status: number, text: string, machineStatus: string | undefined): FlyErrorKind {
  if (status === 401) return "unauthorized";
  if (quota.test(text)) return "quota";
  if (status === 403) return "forbidden";
  // A deleted Managed Postgres cluster is 410.
  if (status === 404 || status === 410) return "not-found";
  // Calls under a destroyed app can answer 400 with a text that means 404 (formae-plugin-fly, probes of 2026-08-21).
  if (status === 400 && /could not find app|\bapp (\S+ )?(does not exist|not found)/i.test(text)) return "not-found";
  if (machineStatus === "name_taken" || /has already been taken/i.test(text)) return "name-taken";
  if (capacity.test(text) || machineStatus?.endsWith("capacity")) return "no-capacity";
  if (status === 408) return "timeout";
  if (status === 409) return /lease currently held/.test(text) ? "lease-held" : "conflict";
  if (status === 412) return "precondition";
  if (status === 429) return "rate-limited";
  return status >= 500 ? "server" : "invalid";
}

// Texts of superfly/flyctl #5141 and of flyctl's machines_deploymachinesapp.go; the 403 is known from Kilo-Org/cloud.
const quota = /reached its machine limit|over the allowed quota|add a payment method/i;

// Texts of fly-go's flaps_error_test.go.
const capacity = /could not find a candidate host|insufficient (resources|CPUs|memory|IPs)|no capacity/;
