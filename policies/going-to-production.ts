/** An item of Fly's own checklist for going to production, and the rules that judge it. */
export interface Advice {
  /** In our words. */
  readonly advice: string;
  /** Ids of rules. */
  readonly rules: readonly string[];
  /** What of it nothing can judge from here, and who has to look. */
  readonly byHand?: string;
}

/** When Fly's checklist was read, and where. */
export const adviceAsOf = { date: "2026-08-07", source: "superfly/docs apps/going-to-production" } as const;

/** All of its items, in its order. */
export const goingToProduction: readonly Advice[] = [
  { advice: "single sign-on", rules: [], byHand: "a setting of the organisation, in Fly's dashboard" },
  { advice: "staging apart from production", rules: ["FLY-ORG-01"] },
  { advice: "least privilege", rules: ["FLY-SEC-04", "FLY-SEC-05", "FLY-SEC-09", "FLY-SEC-11"] },
  {
    advice: "secrets as secrets",
    rules: ["FLY-SEC-01", "FLY-SEC-02", "FLY-SEC-03", "FLY-SEC-06", "FLY-SEC-07", "FLY-SEC-10", "FLY-SEC-12"],
  },
  { advice: "private services not exposed", rules: ["FLY-NET-04", "FLY-NET-05", "FLY-PGS-03"] },
  { advice: "Arcjet against abuse", rules: [], byHand: "it is in the app's own code" },
  { advice: "Managed Postgres", rules: ["FLY-PGS-01", "FLY-PGS-04", "FLY-PGS-05", "FLY-PGS-07"] },
  {
    advice: "practised recovery",
    rules: ["FLY-VOL-09", "FLY-PGS-06"],
    byHand: "a backup of a managed cluster is restored in Fly's dashboard",
  },
  { advice: "sizes that fit, swap", rules: ["FLY-SIZ-01", "FLY-SIZ-02", "FLY-OBS-06"] },
  {
    advice: "an app tuned for Fly",
    rules: ["FLY-CON-01", "FLY-CON-02", "FLY-HLT-01", "FLY-HLT-02"],
    byHand: "the app's own code",
  },
  { advice: "several machines", rules: ["FLY-AVL-01", "FLY-VOL-04", "FLY-AVL-09"] },
  { advice: "several regions", rules: ["FLY-AVL-02", "FLY-AVL-03", "FLY-AVL-09"] },
  {
    advice: "autostop and autostart",
    rules: ["FLY-AVL-04", "FLY-AVL-05", "FLY-AVL-06", "FLY-AVL-07", "FLY-CST-02"],
  },
  {
    advice: "autoscaling of workers by a metric",
    rules: [],
    byHand: "whether work comes in waves, nobody can tell from here",
  },
  { advice: "a domain of one's own", rules: ["FLY-NET-08", "FLY-NET-11"] },
  { advice: "a dedicated IPv4 address, perhaps", rules: ["FLY-NET-07", "FLY-CST-03"] },
  { advice: "Flycast for private apps", rules: ["FLY-NET-05", "FLY-NET-06"] },
  { advice: "metrics", rules: ["FLY-OBS-03", "FLY-OBS-02", "FLY-OBS-05", "FLY-OBS-06"] },
  { advice: "Sentry for errors", rules: ["FLY-OBS-03"] },
  { advice: "logs exported", rules: ["FLY-OBS-01", "FLY-OBS-04"] },
  { advice: "review apps", rules: ["FLY-CST-02", "FLY-SEC-04"] },
  { advice: "deployment by GitHub Actions", rules: ["FLY-SEC-04", "FLY-SEC-05"] },
  { advice: "the community forum", rules: [], byHand: "for people" },
  { advice: "a support plan", rules: [], byHand: "a contract with Fly" },
];
