import type { Behaviour } from "./index.ts";

/** Later additions. */
export const addition: readonly Behaviour[] = [
  {
    number: 143,
    grade: "observed",
    claim: "Certificates and addresses refuse a token with another body than machines do",
  },
  { number: 144, grade: "observed", claim: "Postgres without a token or an organisation is 404" },
  {
    number: 145,
    grade: "observed",
    claim: "Regions have the keys Regions and Nearest on top, small ones in rows, and a capacity",
  },
  { number: 146, grade: "observed", claim: "Placements have capital keys, and a region that is full is not named" },
  { number: 147, grade: "observed", claim: "org_slug with an address other than private_v6 is 400" },
  { number: 148, grade: "observed", claim: "An app made in organisation personal reads back with the true slug" },
  {
    number: 149,
    grade: "observed",
    claim: "An organisation's list of machines lacks a new one for minutes, the app's has it at once",
  },
  {
    number: 150,
    grade: "observed",
    claim: 'What belongs to an app that is gone is 404 (switch: 400 "could not find app")',
  },
  { number: 151, grade: "observed", claim: "An update of a destroyed machine is 404, while a read still shows it" },
  { number: 152, grade: "observed", claim: "A snapshot while another is pending is 412 with the moment of that one" },
  { number: 153, grade: "observed", claim: "The snapshots of a deleted volume are listed" },
  {
    number: 154,
    grade: "observed",
    claim: "A volume whose machine was just destroyed may still be claimed by it, 412, then free",
  },
  {
    number: 155,
    grade: "observed",
    claim: "An update of what runs reads replacing and stopped; its exit event says that nobody asked for a stop",
  },
  {
    number: 156,
    grade: "observed",
    claim: "A secret key needs one of nine types and a name without hyphen, and keeps its type",
  },
  {
    number: 157,
    grade: "observed",
    claim: "A token that only reads is shown no values of secrets, but names and digests",
  },
  { number: 158, grade: "observed", claim: "Without secrets the list is empty, not missing" },
  {
    number: 159,
    grade: "observed",
    claim: "A volume from a snapshot or a fork is restoring or hydrating, then created",
  },
  {
    number: 160,
    grade: "observed",
    claim: "exec on some hosts ignores stdin",
    lacks: "The local Fly runs no processes.",
  },
  {
    number: 161,
    grade: "observed",
    claim: 'An update that needs more memory than its host has is 409 "could not reserve resource"',
  },
  { number: 162, grade: "observed", claim: "GraphQL introspection needs no token" },
  { number: 163, grade: "observed", claim: "An app's deploy token makes no apps, and works on its app's machines" },
  {
    number: 164,
    grade: "observed",
    claim: "Postgres lists say when one was deleted, never the pool mode; extensions are the whole catalogue",
  },
  {
    number: 165,
    grade: "observed",
    claim: "A service's check is named servicecheck-00-http-80, with a mirror bg_deployments_compat-00-http-80",
  },
];
