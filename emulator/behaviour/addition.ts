import type { Behaviour } from "./index.ts";

/** Later additions. */
export const addition: readonly Behaviour[] = [
  {
    number: 143,
    grade: "observed",
    claim: 'GET A/certificates or A/ip_assignments without auth → 401 {"message":"Unauthorized"} (not the flaps body)',
  },
  {
    number: 144,
    grade: "observed",
    claim: 'GET /v1/postgres without auth/org → 404 {"error":"Organization not found"}',
  },
  {
    number: 145,
    grade: "observed",
    claim: "GET /v1/platform/regions → top-level keys Regions and Nearest; row keys lower-case incl. capacity",
  },
  {
    number: 146,
    grade: "observed",
    claim: 'POST /v1/platform/placements → {"Regions":[{"Region","Count","Concurrency"}]}; full region omitted',
  },
  {
    number: 147,
    grade: "observed",
    claim:
      'POST ip_assignments {type:"v6",org_slug:…} → 400 {"error":"org_slug is only supported with private_v6 type"}',
  },
  { number: 148, grade: "observed", claim: 'POST apps {org_slug:"personal"} → 201; GET shows the real slug' },
  {
    number: 149,
    grade: "observed",
    claim: "GET orgs/{slug}/machines right after create → new Machine absent for minutes; A/machines has it at once",
  },
  {
    number: 150,
    grade: "observed",
    claim: 'Any child GET under a destroyed app → 404, or 400 with "could not find app"',
  },
  {
    number: 151,
    grade: "observed",
    claim: 'POST M (update) on a destroyed Machine → 404 err("not_found: machine not found") while GET says destroyed',
  },
  {
    number: 152,
    grade: "observed",
    claim:
      'POST snapshots while one is pending → 412 err("failed_precondition: snapshot is already scheduled at <ts>")',
  },
  { number: 153, grade: "observed", claim: "GET snapshots of a deleted volume → 200 list" },
  {
    number: 154,
    grade: "observed",
    claim:
      'Machine create on a volume whose Machine was just destroyed → may be 412 "already claimed by machine" + NULs, then 200',
  },
  {
    number: 155,
    grade: "observed",
    claim:
      "Update of a started Machine → reads pass through replacing/stopped (exit event requested_stop false, update event status replacing) before started",
  },
  {
    number: 156,
    grade: "observed",
    claim:
      'POST secretkeys/k without type → 400 naming the nine types; name with hyphen → 400; changed type → 500 "secret k is of type 3, expected 5"',
  },
  {
    number: 157,
    grade: "observed",
    claim: "GET A/secrets?show_secrets=true with a read-only token → 403; without it → names and digests only",
  },
  { number: 158, grade: "observed", claim: 'App whose last secret is removed → GET A/secrets 200 {"secrets":[]}' },
  {
    number: 159,
    grade: "observed",
    claim: "New volume from snapshot or fork → state hydrating/restoring, then created",
  },
  { number: 160, grade: "observed", claim: "exec with stdin field → some hosts ignore it: do not rely on it" },
  {
    number: 161,
    grade: "observed",
    claim:
      '409 err("aborted: could not reserve resource for machine: insufficient memory available to fulfill request") on update when host is full',
  },
  { number: 162, grade: "observed", claim: "GraphQL introspection without a token → 200" },
  { number: 163, grade: "observed", claim: "App deploy token: POST /v1/apps → 403; its own app's Machines → 200" },
  {
    number: 164,
    grade: "observed",
    claim:
      "MPG GET list item carries deleted_at/status deleting; pool_mode never returned; extensions list whole catalogue with installed null or object",
  },
  {
    number: 165,
    grade: "observed",
    claim:
      "Machine service check names servicecheck-00-http-80, mirrors bg_deployments_compat-00-http-80 may appear beside them",
  },
];
