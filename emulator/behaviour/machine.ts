import type { Behaviour } from "./index.ts";

/** Machines: create / read / update / delete. */
export const machine: readonly Behaviour[] = [
  {
    number: 29,
    grade: "observed",
    claim:
      'POST A/machines {config:{image:"nginx:alpine"}} → **200**, state created, 14-hex id, ULID instance_id, event {type:launch,status:created,source:user}',
  },
  {
    number: 30,
    grade: "observed",
    claim:
      "Echoed config: image expanded to registry-1.docker.io/library/…, guest {shared,1,256}, restart set, dns {} and init {} present; image_ref.digest filled",
  },
  {
    number: 31,
    grade: "observed",
    claim: 'No region → placed near caller; region "iad,dfw" or "eu" accepted as expression',
  },
  { number: 32, grade: "observed", claim: "No name → adjective-noun-number name" },
  {
    number: 33,
    grade: "observed",
    claim:
      'Second Machine with a live name → 409 err("already_exists: unique machine name violation, machine ID <id> already exists with name \\"<n>\\"")',
  },
  { number: 34, grade: "observed", claim: "Name of a destroyed Machine → accepted" },
  {
    number: 35,
    grade: "observed",
    claim: 'GET M → config.guest etc. echo what was sent; check durations come back as strings ("20s")',
  },
  {
    number: 36,
    grade: "observed",
    claim: 'autostop:"stop" sent → read back true; "off" → false; "suspend" → "suspend"',
  },
  { number: 37, grade: "observed", claim: "POST M with partial config → omitted blocks disappear (replace semantics)" },
  {
    number: 38,
    grade: "observed",
    claim: "POST M → new ULID version; GET M/versions newest first contains both; same id, private_ip, region",
  },
  { number: 39, grade: "observed", claim: "GET M?version=<old> → state replaced even while running" },
  { number: 40, grade: "observed", claim: "POST M {current_version: stale} → 409" },
  { number: 41, grade: "observed", claim: "POST M on a started Machine → passes replacing/updating then started" },
  { number: 42, grade: "observed", claim: "POST M on a stopped Machine (no skip_launch) → new version ends stopped" },
  { number: 43, grade: "observed", claim: "POST M changing region or name → 400/ignored, never moves" },
  {
    number: 44,
    grade: "observed",
    claim: "skip_launch:true create → state created, later stopped; wait started times out 408",
  },
  {
    number: 45,
    grade: "observed",
    claim: "lease_ttl:30 on create → response has nonce; further mutation without it 409",
  },
  {
    number: 46,
    grade: "observed",
    claim: "min_secrets_version higher than known → launch refused/held until secrets sync",
  },
  {
    number: 47,
    grade: "observed",
    claim: 'Two concurrent updates → loser 409 err("aborted: machine update failed due to concurrent update")',
  },
  {
    number: 48,
    grade: "observed",
    claim:
      'DELETE M running, no force → 412 err("failed_precondition: unable to destroy machine, not currently stopped, suspended, failed or created")',
  },
  {
    number: 49,
    grade: "observed",
    claim: 'DELETE M?force=true (or ?kill=true) → 200 {"ok":true}; state destroying → destroyed',
  },
  { number: 50, grade: "observed", claim: "GET M after destroy → 200 state destroyed for a while, later 404" },
  { number: 51, grade: "observed", claim: "List hides destroyed unless include_deleted=true" },
  {
    number: 52,
    grade: "observed",
    claim: "List with metadata.role=web filters; state=started,stopped csv filters; limit sets header fly-next-cursor",
  },
  {
    number: 53,
    grade: "observed",
    claim: 'Unknown id (well-formed) → 404 "machine not found"; 12345 → 400 err("invalid machine ID, \'12345\'")',
  },
  { number: 54, grade: "observed", claim: "auto_destroy Machine whose process exits → destroyed by itself" },
  {
    number: 55,
    grade: "observed",
    claim:
      'Org at its limit → 422 err("Your organization has reached its machine limit. Please contact billing@fly.io")',
  },
  {
    number: 56,
    grade: "observed",
    claim:
      'Capacity fault injection: 422 "could not find a candidate host" status insufficient_capacity; 409 "aborted: could not reserve resource for machine: …"; 412 volume form with status volume_placement_capacity',
  },
  { number: 57, grade: "observed", claim: "performance-8x with memory 8192 → refused naming 16384 minimum" },
  { number: 58, grade: "observed", claim: "gpu_kind set after 2026-08-01 → refused" },
];
