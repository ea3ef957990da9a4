import { hostname, userInfo } from "node:os";
import type { FlyLease } from "../../fly/lease.ts";

/** Whom a lease's description names, where a run of ours took it. */
interface Holder {
  stack: string;
  host: string;
  pid: number;
}

/**
 * What this process calls itself in a lease: `airworthy shop/prod by ann@laptop (pid 4711)`, as Pulumi's own lock names
 * its holder.
 */
export const holderText = (stack: string) => `airworthy ${stack} by ${user()}@${hostname()} (pid ${process.pid})`;

function user(): string {
  try {
    return userInfo().username;
  } catch {
    // A container's user need not be in its list of users.
    return "unknown";
  }
}

function holderOf({ description }: FlyLease): Holder | undefined {
  const [, stack, host, pid] = /^airworthy (.+) by [^@]*@(.+) \(pid (\d+)\)$/.exec(description ?? "") ?? [];
  return stack === undefined || host === undefined ? undefined : { stack, host, pid: Number(pid) };
}

/**
 * Whose a lease is, as seen from a run of a stack:
 * `left` by this process, whose answer was lost, or by one of this machine that is gone · `kin` of another run of the
 * stack, which may live · `other` anybody's.
 * @param isHeldHere whether another part of this process has the machine in hand
 */
export function standingOf(lease: FlyLease, stack: string, isHeldHere: boolean): "left" | "kin" | "other" {
  const holder = holderOf(lease);
  if (holder?.stack !== stack) return "other";
  if (holder.host !== hostname()) return "kin";
  const isLeft = holder.pid === process.pid ? !isHeldHere : isGone(holder.pid);
  return isLeft ? "left" : "kin";
}

function isGone(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    // EPERM: there is one, of another user.
    return (error as { code?: string }).code === "ESRCH";
  }
}

/** Who has a lease and until when, in words. */
export function leaseText({ owner, description, expiresAt }: FlyLease): string {
  const who = [owner, description && `"${description}"`].filter(Boolean).join(", ") || "somebody";
  return expiresAt === undefined ? who : `${who} until ${new Date(expiresAt).toISOString().replace(".000Z", "Z")}`;
}
