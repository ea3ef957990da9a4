import type { Behaviour } from "./index.ts";

/** Apps. */
export const app: readonly Behaviour[] = [
  { number: 12, grade: "observed", claim: "A list of apps without org_slug is 400 (switch: 404)" },
  {
    number: 13,
    grade: "observed",
    claim: "A new app is answered with its id and whole milliseconds, and nothing else of it",
  },
  { number: 14, grade: "observed", claim: "app_name is taken for name when an app is made (switch: ignored)" },
  { number: 15, grade: "observed", claim: "An app's name that anybody has is 422 with status name_taken" },
  {
    number: 16,
    grade: "assumed",
    claim: "An app's name with other than small letters, digits and dashes, or above 62 characters, is 422",
  },
  { number: 17, grade: "observed", claim: "A free name is 404, another organisation's app 403" },
  { number: 18, grade: "observed", claim: "A new app may be 404 for seconds, then it is pending (switch: windows)" },
  { number: 19, grade: "observed", claim: "An app made with wait=true is found at once" },
  {
    number: 20,
    grade: "assumed",
    claim: "The answer to a new app sets a cookie fly_flaps_affinity for the app's path",
  },
  {
    number: 21,
    grade: "assumed",
    claim: "An app's first machine makes it deployed, and it stays so when all its machines stop",
  },
  { number: 22, grade: "observed", claim: "A deleted app answers 202, is found for some seconds more, then 404" },
  {
    number: 23,
    grade: "observed",
    claim: "An app deleted with force takes its machines, addresses, secrets, certificates and volumes along",
  },
  { number: 24, grade: "observed", claim: "Deleting an app that is not there is 404" },
  { number: 25, grade: "observed", claim: "An app cannot be changed: PATCH and PUT are 404 page not found" },
  {
    number: 26,
    grade: "observed",
    claim: "The same idempotency key gives the first app again, and is refused with another name",
  },
  { number: 27, grade: "observed", claim: "An app has the network it was made with, and none by default" },
  { number: 28, grade: "observed", claim: "A new app is in the list, and total_apps counts it" },
];
