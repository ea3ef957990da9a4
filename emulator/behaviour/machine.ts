import type { Behaviour } from "./index.ts";

/** Machines: create, read, update, delete. */
export const machine: readonly Behaviour[] = [
  {
    number: 29,
    grade: "observed",
    claim:
      "Create is 200: state created, an id of 14 hex digits, a ULID as instance_id, and the event launch by a user",
  },
  {
    number: 30,
    grade: "observed",
    claim: "Create fills in the image's full name and digest, the smallest guest, restart, dns and init",
  },
  { number: 31, grade: "observed", claim: "A region may be left out, or be a list or an alias such as eu" },
  { number: 32, grade: "observed", claim: "A machine without a name gets one of adjective, noun and number" },
  { number: 33, grade: "observed", claim: "A second machine with a living one's name is 409 with that one's id" },
  { number: 34, grade: "observed", claim: "The name of a destroyed machine is free again" },
  { number: 35, grade: "observed", claim: "A read echoes the config, durations as Go spells them" },
  { number: 36, grade: "observed", claim: 'autostop reads back as true for "stop", false for "off", and "suspend"' },
  { number: 37, grade: "observed", claim: "An update replaces the whole config: what is left out is gone" },
  { number: 38, grade: "observed", claim: "An update makes a version, listed first; id, address and region stay" },
  { number: 39, grade: "observed", claim: "An old version reads as replaced while the machine runs" },
  { number: 40, grade: "observed", claim: "An update of a stale current_version is 409" },
  { number: 41, grade: "observed", claim: "An update of what runs passes through replacing and ends started" },
  { number: 42, grade: "observed", claim: "An update of what is stopped ends stopped" },
  {
    number: 43,
    grade: "assumed",
    claim: "An update that names another region or name moves nothing and is 400 (switch: ignored)",
  },
  { number: 44, grade: "observed", claim: "With skip_launch a machine ends stopped, and a wait for started runs out" },
  { number: 45, grade: "observed", claim: "lease_ttl on create answers with a nonce, without which a change is 409" },
  { number: 46, grade: "assumed", claim: "A min_secrets_version that nobody knows yet is 412" },
  {
    number: 47,
    grade: "observed",
    claim: 'Of two updates under way at once the loser is 409 "machine update failed due to concurrent update"',
  },
  {
    number: 48,
    grade: "observed",
    claim: "Destroying what runs without force is 412 with the states that may be (switch: 409)",
  },
  { number: 49, grade: "observed", claim: "force, also spelt kill, destroys what runs: destroying, then destroyed" },
  { number: 50, grade: "observed", claim: "A destroyed machine is shown for a while, then 404" },
  { number: 51, grade: "observed", claim: "A list has destroyed machines only with include_deleted" },
  {
    number: 52,
    grade: "observed",
    claim: "A list filters by metadata, states and region, and goes on from the cursor in fly-next-cursor",
  },
  { number: 53, grade: "observed", claim: "An unknown machine id is 404, one that cannot be an id 400" },
  { number: 54, grade: "observed", claim: "A machine with auto_destroy is destroyed once its process exits" },
  { number: 55, grade: "observed", claim: "An organisation at its limit of machines is 422 and is told whom to ask" },
  {
    number: 56,
    grade: "observed",
    claim: "Without room a create is 422 insufficient_capacity, on a volume's full host 412 volume_placement_capacity",
  },
  { number: 57, grade: "observed", claim: "Too little memory for the CPUs is refused with the least there must be" },
  { number: 58, grade: "observed", claim: "A GPU is refused" },
];
