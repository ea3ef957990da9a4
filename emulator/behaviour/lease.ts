import type { Behaviour } from "./index.ts";

/** Leases, exec, metadata. */
export const lease: readonly Behaviour[] = [
  {
    number: 78,
    grade: "observed",
    claim:
      'POST M/lease {ttl:30} → 201 {"status":"success","data":{nonce(12 hex),expires_at,owner,description,version}}',
  },
  { number: 79, grade: "observed", claim: "GET M/lease → same envelope incl. nonce; none held → 404" },
  {
    number: 80,
    grade: "observed",
    claim:
      'POST M/lease by another holder → 409, message "machine ID … lease currently held by <owner>, expires at <RFC3339>"',
  },
  {
    number: 81,
    grade: "observed",
    claim: "POST M/lease with held nonce header → renewed, same nonce, later expires_at",
  },
  {
    number: 82,
    grade: "observed",
    claim:
      'stop/start/update/cordon/delete without nonce while leased → 409 err("aborted: machine ID <id> lease currently held by …")',
  },
  { number: 83, grade: "observed", claim: "Same with nonce header → proceeds" },
  {
    number: 84,
    grade: "observed",
    claim: "exec while leased, header missing, wrong **or right** → 409; after release → 200 exit_code 0",
  },
  {
    number: 85,
    grade: "observed",
    claim: "PATCH metadata while leased without nonce → 204 (leases do not fence metadata)",
  },
  {
    number: 86,
    grade: "observed",
    claim:
      'DELETE M/lease without header → 4xx (header required); with → 200 {"status":"success","data":{"ok":true}}; again → 404',
  },
  { number: 87, grade: "observed", claim: "Lease passes expires_at → mutations free again" },
  { number: 88, grade: "observed", claim: "DELETE A while a Machine is leased → still 202" },
  { number: 89, grade: "observed", claim: "POST metadata/{k} {value} → 204; GET → {value}; DELETE → 204; GET → 404" },
  { number: 90, grade: "observed", claim: "Metadata change → no new version, instance_id unchanged" },
  { number: 91, grade: "observed", claim: "PATCH {metadata:{a:null}} removes a; machine_version mismatch → 412" },
  {
    number: 92,
    grade: "observed",
    claim: 'exec command ["/bin/sh","-c","printf ok"] → {exit_code:0,stdout:"ok"}; on stopped Machine → 4xx',
  },
];
