import type { Behaviour } from "./index.ts";

/** What programs in machines do, and what Fly's proxy is told of machines. */
export const process: readonly Behaviour[] = [
  {
    number: 166,
    grade: "assumed",
    claim: "A machine made with skip_service_registration reads as cordoned until it is uncordoned",
  },
  {
    number: 167,
    grade: "observed",
    claim: "Logs are rows with time, message, instance and region, and a token for those that follow",
  },
  { number: 168, grade: "assumed", claim: "Logs without a token are the newest hundred lines, oldest first" },
  {
    number: 169,
    grade: "observed",
    claim: "A release command ends by itself: an exit event with its code, a line in the log, then destroyed",
  },
  {
    number: 170,
    grade: "assumed",
    claim: "A machine that is always restarted is tried again only minutes later once it ended ten times",
  },
];
