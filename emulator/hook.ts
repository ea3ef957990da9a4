/** A call of Fly's API that came in. */
export interface HookedCall {
  /** Its number among all that came in since the process began. */
  readonly seq: number;
  /** Fly's name of it. */
  readonly operation: string;
  /** Whether it may change something. */
  readonly mutating: boolean;
  readonly path: string;
}

/** `cut` drops the connection without an answer. Each has to settle, or the server cannot be closed. */
type Hook = (call: HookedCall) => "cut" | undefined | Promise<"cut" | undefined>;

/** Told of each call while it waits, for tests in the same process. May be set and taken away at any time. */
export interface Hooks {
  /** Before anything of it is done; cut, it never happens and the journal does not have it. */
  before?: Hook | undefined;
  /** After it was carried out or refused and is on disk, before it is answered. */
  after?: Hook | undefined;
}

/** Carries out a call between its hooks. */
export async function between<T>(hooks: Hooks, call: HookedCall, carryOut: () => Promise<T>, cut: T): Promise<T> {
  if (hooks.before !== undefined && (await hooks.before(call)) === "cut") return cut;
  const [done] = await Promise.allSettled([carryOut()]);
  if (hooks.after !== undefined && (await hooks.after(call)) === "cut") return cut;
  if (done.status === "rejected") throw done.reason;
  return done.value;
}
