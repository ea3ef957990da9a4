import type { Behaviour } from "./index.ts";

/** Secrets, certificates, IPs. */
export const secret: readonly Behaviour[] = [
  {
    number: 110,
    grade: "observed",
    claim: "POST A/secrets/DB {value} → 201 {name,digest,version}; no value in any default GET",
  },
  { number: 111, grade: "observed", claim: "New value → different digest; same value → same" },
  { number: 112, grade: "observed", claim: 'POST A/secrets {values:{A:"1",B:null}} → sets A, removes B, version +1' },
  { number: 113, grade: "observed", claim: "Unset unknown key → 200 with current version" },
  { number: 114, grade: "observed", claim: "GET deleted secret → 404" },
  {
    number: 115,
    grade: "observed",
    claim: "Setting a secret leaves Machines' version and env untouched until updated",
  },
  {
    number: 116,
    grade: "observed",
    claim: "POST certificates/acme {hostname} → 201 pending_validation with dns_requirements",
  },
  { number: 117, grade: "observed", claim: 'Same hostname again → 422 err("Hostname already exists on app")' },
  {
    number: 118,
    grade: "observed",
    claim:
      'POST certificates/custom again with new PEM → replaces (or 409, then DELETE custom + POST works); source "custom"',
  },
  { number: 119, grade: "observed", claim: "DELETE hostname → 204; GET → 404" },
  { number: 120, grade: "observed", claim: "App without v6, plain A record → check stays unvalidated" },
  {
    number: 121,
    grade: "observed",
    claim:
      'GraphQL addCertificate(input:{…}) or appName arg → errors[] "doesn\'t accept argument"; appId top-level works',
  },
  {
    number: 122,
    grade: "observed",
    claim: 'POST ip_assignments {type:"v6"} → 200 {ip has ":",shared:false,network:null}',
  },
  { number: 123, grade: "observed", claim: '{type:"shared_v4"} → shared:true, IPv4' },
  { number: 124, grade: "observed", claim: '{type:"private_v6"} → network {name:"",org_slug} (fdaa:…)' },
  {
    number: 125,
    grade: "observed",
    claim: 'private_v6 with unknown network → 400 {"error":"network not found"}, nothing allocated',
  },
  { number: 126, grade: "observed", claim: "DELETE ip → 204; disappears from list within seconds" },
  {
    number: 127,
    grade: "observed",
    claim: "App with services but no IP → hostname unresolvable; nothing allocated implicitly by machine create",
  },
];
