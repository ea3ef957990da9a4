import type { Behaviour } from "./index.ts";

/** Leases, exec, metadata. */
export const lease: readonly Behaviour[] = [
  {
    number: 78,
    grade: "observed",
    claim: "A lease is 201 in an envelope: nonce of 12 hex digits, expires_at, owner, description, version",
  },
  { number: 79, grade: "observed", claim: "A lease can be read, nonce and all; where there is none, 404" },
  { number: 80, grade: "observed", claim: "A second holder is 409 and told who has the lease until when" },
  { number: 81, grade: "observed", claim: "The held nonce renews the lease and stays" },
  { number: 82, grade: "observed", claim: "Every change of a leased machine without its nonce is 409" },
  { number: 83, grade: "observed", claim: "Every change of a leased machine with its nonce goes through" },
  {
    number: 84,
    grade: "observed",
    claim: "exec on a leased machine is 409, even with the nonce; 200 after release",
    lacks: "The local Fly runs no processes.",
  },
  { number: 85, grade: "observed", claim: "A lease does not fence metadata" },
  { number: 86, grade: "observed", claim: "Release needs the nonce and is 200 in an envelope; again is 404" },
  { number: 87, grade: "observed", claim: "A lease that ran out holds nobody off" },
  { number: 88, grade: "observed", claim: "An app is deleted though a machine of it is leased" },
  {
    number: 89,
    grade: "observed",
    claim: "A metadata key is set and dropped with 204, read as its value, and 404 without",
  },
  { number: 90, grade: "observed", claim: "A change of metadata makes no version" },
  { number: 91, grade: "observed", claim: "null drops a metadata key; a machine_version that does not match is 412" },
  {
    number: 92,
    grade: "assumed",
    claim: "exec answers with exit code and output; on a stopped machine it is refused",
    lacks: "The local Fly runs no processes.",
  },
];
