import type { Behaviour } from "./index.ts";

/** Secrets, certificates, IPs. */
export const secret: readonly Behaviour[] = [
  {
    number: 110,
    grade: "observed",
    claim: "A secret is answered with name, digest and version, and its value is shown by no read",
  },
  {
    number: 111,
    grade: "observed",
    claim: "A secret's digest is another for another value, and the same for the same",
  },
  { number: 112, grade: "observed", claim: "One call sets and unsets several secrets and raises the version by one" },
  { number: 113, grade: "observed", claim: "Unsetting a secret that is not there is 200 with the version as it was" },
  { number: 114, grade: "observed", claim: "A deleted secret is 404" },
  { number: 115, grade: "observed", claim: "Setting a secret leaves machines as they are until they are updated" },
  {
    number: 116,
    grade: "observed",
    claim: "A host name is added with 201, pending validation, with the DNS records it wants",
  },
  { number: 117, grade: "observed", claim: "A host name that the app has already is 422" },
  {
    number: 118,
    grade: "assumed",
    claim: "A second certificate of one's own replaces the first (switch: 409 until the first is deleted)",
  },
  { number: 119, grade: "observed", claim: "A host name is deleted with 204, then it is 404" },
  { number: 120, grade: "observed", claim: "A host name of an app without an IPv6 address stays unvalidated" },
  {
    number: 121,
    grade: "observed",
    claim: "GraphQL's addCertificate takes appId and hostname, not input or appName",
    lacks: "The local Fly's GraphQL has tokens, apps and organisations only; certificates are in its Machines API.",
  },
  { number: 122, grade: "observed", claim: "A v6 address has a colon, is not shared and is in no network" },
  { number: 123, grade: "observed", claim: "A shared_v4 address is IPv4 and shared" },
  {
    number: 124,
    grade: "observed",
    claim: "A private_v6 address begins with fdaa and is in the organisation's default network",
  },
  {
    number: 125,
    grade: "observed",
    claim: "A private_v6 address in a network that is not there is 400, and none is given",
  },
  { number: 126, grade: "observed", claim: "An address is taken away with 204 and is no longer listed" },
  { number: 127, grade: "observed", claim: "An app with services gets no address by itself" },
];
