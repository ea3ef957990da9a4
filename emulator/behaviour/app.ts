import type { Behaviour } from "./index.ts";

/** Apps. */
export const app: readonly Behaviour[] = [
  { number: 12, grade: "observed", claim: "GET /v1/apps without org_slug → 400 (404 reported by one client)" },
  {
    number: 13,
    grade: "observed",
    claim: "POST /v1/apps {name,org_slug} → 201 {id, created_at} with integer milliseconds; app object not echoed",
  },
  {
    number: 14,
    grade: "observed",
    claim:
      "Same using app_name instead of name → undecided: docs use it, another client found it ignored (then 422 for a missing name). Switchable, default accept",
  },
  {
    number: 15,
    grade: "observed",
    claim:
      'Name already taken (any org) → 422 err("Validation failed: Name has already been taken"), status "name_taken"',
  },
  {
    number: 16,
    grade: "observed",
    claim:
      'Name Bad_Name! → 422 err("Validation failed: Name under 63 chars using numbers, lowercase letters and dashes")',
  },
  { number: 17, grade: "observed", claim: "GET A of a free name → 404; of another org's app → 403" },
  {
    number: 18,
    grade: "observed",
    claim: "GET A right after create may be 404 (or 401) for seconds, then 200 status pending",
  },
  { number: 19, grade: "observed", claim: "POST /v1/apps?wait=true → returns only when GET A would succeed" },
  {
    number: 20,
    grade: "observed",
    claim: "POST apps response may set cookie fly_flaps_affinity with Path=/v1/apps/{app}",
  },
  {
    number: 21,
    grade: "observed",
    claim:
      "App gets a Machine → status deployed; all Machines stopped/suspended app → suspended only if suspended by operator",
  },
  {
    number: 22,
    grade: "observed",
    claim: "DELETE A → 202 empty; GET A still 200 for a few seconds, then 404 (within ~10 s)",
  },
  {
    number: 23,
    grade: "observed",
    claim: "DELETE A?force=true with running Machines → 202, Machines gone, IPs/secrets/certs/volumes gone",
  },
  { number: 24, grade: "observed", claim: "DELETE unknown app → 404" },
  { number: 25, grade: "observed", claim: "No PATCH/PUT on A → 404 page not found (no update API)" },
  {
    number: 26,
    grade: "observed",
    claim: "Same idempotency_key twice → first app returned; different name with same key → rejected",
  },
  { number: 27, grade: "observed", claim: 'POST with network "iso" → App.network = "iso"; absent → default (empty)' },
  { number: 28, grade: "observed", claim: "List after create contains the app, total_apps increments" },
];
