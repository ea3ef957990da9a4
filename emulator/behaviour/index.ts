import { addition } from "./addition.ts";
import { app } from "./app.ts";
import { graphql } from "./graphql.ts";
import { lease } from "./lease.ts";
import { lifecycle } from "./lifecycle.ts";
import { machine } from "./machine.ts";
import { process } from "./process.ts";
import { secret } from "./secret.ts";
import { transport } from "./transport.ts";
import { volume } from "./volume.ts";

/** One thing that is known, or assumed, of how Fly behaves. */
export interface Behaviour {
  readonly number: number;
  /** `observed`: somebody saw it, or Fly's own documents and clients rest on it. `assumed`: our guess, or its status is. */
  readonly grade: "observed" | "assumed";
  /** What is given and what comes of it. */
  readonly claim: string;
  /** Why the local Fly does not show it. */
  readonly lacks?: string;
}

/** What is known of Fly, in the order of its numbers (decision 0006). */
export const behaviours: readonly Behaviour[] = [
  ...transport,
  ...app,
  ...machine,
  ...lifecycle,
  ...lease,
  ...volume,
  ...secret,
  ...graphql,
  ...addition,
  ...process,
];
