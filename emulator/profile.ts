/** How long things take at Fly, in milliseconds. */
export interface Durations {
  /** Between create and start: about 6 s for a small image (distilled, pull request 615). */
  readonly pull: number;
  readonly boot: number;
  readonly resume: number;
  readonly stop: number;
  readonly suspend: number;
  readonly destroy: number;
  /** How long a destroyed machine is still shown (Kilo-Org/cloud, pull request 1664: "a while"). */
  readonly forget: number;
  /** Between an app's deletion and its 404: "within ~10 s" (alchemy, App tests). */
  readonly appGone: number;
  readonly detach: number;
  /** A deleted volume is kept for a day (superfly/docs, volumes). */
  readonly retain: number;
  readonly restore: number;
  readonly snapshot: number;
  /** Each of the two steps to a ready Postgres cluster: "1 to 5 min" in all (alchemy, Postgres). */
  readonly clusterStep: number;
  readonly clusterGone: number;
  readonly backup: number;
  /** Between right DNS records and Fly's certificate. Assumed. */
  readonly issue: number;
  /** Before a started machine's checks are listed at all. */
  readonly checkListed: number;
  /** How long `start` is refused after a stop that GET already shows (Kilo-Org/cloud). */
  readonly linger: number;
}

/** How the local Fly behaves in matters of time and spelling. */
export interface Profile {
  readonly name: string;
  /** Whether waits move the clock instead of taking time. */
  readonly virtualTime: boolean;
  readonly rateLimits: boolean;
  /** Whether answers carry fields nobody knows, null for empty lists, and other spellings of the same. */
  readonly strange: boolean;
  readonly durations: Durations;
}

const durations: Durations = {
  pull: 6_000,
  boot: 1_000,
  resume: 300,
  stop: 1_000,
  suspend: 2_000,
  destroy: 2_000,
  forget: 600_000,
  appGone: 5_000,
  detach: 2_000,
  retain: 86_400_000,
  restore: 5_000,
  snapshot: 5_000,
  clusterStep: 60_000,
  clusterGone: 20_000,
  backup: 30_000,
  issue: 60_000,
  checkListed: 1_000,
  linger: 1_000,
};

const instant: Profile = {
  name: "instant",
  virtualTime: true,
  rateLimits: false,
  strange: false,
  // A refusal moves no clock, so a lingering machine would make every client wait a real second.
  durations: { ...durations, linger: 0 },
};

/** The profiles by name. */
export const profiles = {
  instant,
  fly: { name: "fly", virtualTime: false, rateLimits: true, strange: false, durations },
  strange: { ...instant, name: "strange", strange: true },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

export const isProfileName = (name: string): name is ProfileName => Object.hasOwn(profiles, name);
