import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { FlyError, isFlyError } from "./errors.ts";
import { find } from "./gone.ts";

/** A lease as Fly shows it, in its own call or with the machine. */
export const FlyLeaseFields = z.looseObject({
  nonce: z.string().nullish(),
  description: z.string().nullish(),
  owner: z.string().nullish(),
  /** Seconds since 1970. */
  expires_at: z.number().nullish(),
});
// The wire wraps the lease in an envelope, Fly's spec shows it flat: either is read.
const Lease = FlyLeaseFields.extend({ data: FlyLeaseFields.nullish() });

/** A lease that is held. */
export interface FlyLease {
  nonce: string | undefined;
  /** What its holder called it. */
  description: string | undefined;
  /** Account or token of the holder, as Fly names it. */
  owner: string | undefined;
  /** When it ends unless it is renewed, in milliseconds since 1970. */
  expiresAt: number | undefined;
}

/** A lease of Fly's in our words. */
export const leaseOf = ({ nonce, description, owner, expires_at }: z.infer<typeof FlyLeaseFields>): FlyLease => ({
  nonce: nonce ?? undefined,
  description: description ?? undefined,
  owner: owner ?? undefined,
  expiresAt: typeof expires_at === "number" ? expires_at * 1000 : undefined,
});

/** Time a lease lasts if nobody renews it: long enough for a slow answer, short enough not to block a team. */
const leaseSeconds = 120;

const path = (app: string, id: string) => `/v1/apps/${app}/machines/${id}/lease`;

/**
 * Takes the lease of a machine in a holder's name, or renews it where its nonce is given. Answers with the nonce.
 */
export async function leaseAcquire(
  fly: FlyClient,
  app: string,
  id: string,
  holder: string,
  nonce?: string,
): Promise<string> {
  const lease = await fly.send({
    operation: "Machines_create_lease",
    does: `take the lease of machine ${id} of app "${app}"`,
    method: "POST",
    path: path(app, id),
    // The spec wants the time in the body, flyctl sends it in the query: both are sent.
    query: { ttl: leaseSeconds },
    body: { ttl: leaseSeconds, description: holder },
    nonce,
    repeat: nonce === undefined ? "unsent" : "always",
    answer: Lease,
  });
  const taken = lease.data?.nonce ?? lease.nonce;
  if (taken) return taken;
  throw new FlyError("uncertain", `take the lease of machine ${id} of app "${app}"`, "Fly answered without its nonce");
}

/** A machine's lease, and its nonce, which Fly tells those who may use it; `undefined` where nobody holds it. */
export async function leaseFind(fly: FlyClient, app: string, id: string): Promise<FlyLease | undefined> {
  const lease = await find(fly, app, {
    operation: "Machines_show_lease",
    does: `look who holds machine ${id} of app "${app}"`,
    method: "GET",
    path: path(app, id),
    repeat: "always",
    answer: Lease,
  });
  return lease && leaseOf(lease.data ?? lease);
}

/** How long a lease's return may take: a run that ends must not hang on it. */
const returnMs = 10_000;

/** Gives a lease back, also while the run is being cancelled. A lease that is gone needs no giving back. */
export async function leaseRelease(fly: FlyClient, app: string, id: string, nonce: string): Promise<void> {
  const release = () =>
    fly.withSignal(AbortSignal.timeout(returnMs)).send({
      operation: "Machines_release_lease",
      does: `give back the lease of machine ${id} of app "${app}"`,
      method: "DELETE",
      path: path(app, id),
      nonce,
      repeat: "always",
    });
  try {
    // Fly refuses now and then while it is still busy with the change before.
    await release().catch((error) => (isFlyError(error, "lease-held", "conflict") ? release() : Promise.reject(error)));
  } catch (error) {
    // It ends by itself in two minutes; a failure here must not hide what the run was about.
    if (!isFlyError(error)) throw error;
  }
}
