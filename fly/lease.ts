import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { FlyError, isFlyError } from "./errors.ts";
import { find } from "./gone.ts";

const Fields = z.looseObject({ nonce: z.string().nullish(), description: z.string().nullish() });
// The wire wraps the lease in an envelope, Fly's spec shows it flat: either is read.
const Lease = Fields.extend({ data: Fields.nullish() });

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

/** Who holds a machine's lease, and its nonce, which Fly tells those who may use it; `undefined` where nobody does. */
export async function leaseFind(fly: FlyClient, app: string, id: string) {
  const lease = await find(fly, app, {
    operation: "Machines_show_lease",
    does: `look who holds machine ${id} of app "${app}"`,
    method: "GET",
    path: path(app, id),
    repeat: "always",
    answer: Lease,
  });
  return lease && { holder: lease.data?.description ?? lease.description, nonce: lease.data?.nonce ?? lease.nonce };
}

/** Gives a lease back, also while the run is being cancelled. A lease that is gone needs no giving back. */
export async function leaseRelease(fly: FlyClient, app: string, id: string, nonce: string): Promise<void> {
  try {
    await fly.withSignal(undefined).send({
      operation: "Machines_release_lease",
      does: `give back the lease of machine ${id} of app "${app}"`,
      method: "DELETE",
      path: path(app, id),
      nonce,
      repeat: "always",
    });
  } catch (error) {
    // It ends by itself in two minutes; a failure here must not hide what the run was about.
    if (!isFlyError(error)) throw error;
  }
}
