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
  /** How long an organisation's list of machines lacks a new one: "minutes" (formae, CHANGELOG). */
  readonly orgIndex: number;
  /** How long a new app is not found: "seconds" (alchemy, App: ten looks of a second each). */
  readonly appSeen: number;
  /** How long a wait for a new machine does not find it (flyctl, issue 4618; of GET nobody tells such a thing). Assumed. */
  readonly machineSeen: number;
  /** How long a list shows a deleted volume as `created`: "a moment" (formae, volume.go). Assumed. */
  readonly volumeListed: number;
  /** How long a volume is claimed by a machine that is gone: "up to minutes" (cubepals). */
  readonly claim: number;
  /** For how long the restarts of a machine that exits are counted together (superfly/docs, machine-restart-policy). */
  readonly retries: number;
  /** How long a command runs that ends by itself, where nobody says. */
  readonly run: number;
  /** Between two looks of the proxy for machines to stop: "every few minutes" (superfly/docs, fly-proxy-autostop-autostart). */
  readonly look: number;
  /** A day, as the schedule of snapshots and their retention count it. */
  readonly day: number;
}

/** How many calls of a kind may come, counted by action and by what they are about. */
interface RateLimit {
  readonly perSecond: number;
  /** How many may come at once. */
  readonly burst: number;
}

/** Fly's limits: each action once a second with three at once, reads of a machine five with ten (superfly/docs, working-with-machines-api). */
export interface RateLimits {
  readonly action: RateLimit;
  /** Of reads of one machine. */
  readonly read: RateLimit;
  /** Of all deletions of apps together: 100 a minute. */
  readonly appDeletion: RateLimit;
}

/** How the local Fly behaves in matters of time and spelling. */
export interface Profile {
  readonly name: string;
  /** Whether waits move the clock instead of taking time. */
  readonly virtualTime: boolean;
  /** `undefined` where nobody is limited. */
  readonly rateLimits: RateLimits | undefined;
  /** How many times as fast as at Fly what a client's own config times goes: intervals and grace of checks. */
  readonly pace: number;
  /** Whether answers carry fields nobody knows, null for empty lists, and other spellings of the same. */
  readonly strange: boolean;
  /** Whether what was made or unmade a moment ago may read as if it were not; switch `windows` overrides. */
  readonly windows: boolean;
  /** Whether the proxy stops idle machines though no traffic was scripted; switch `autostop` overrides. */
  readonly autostop: boolean;
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
  orgIndex: 120_000,
  appSeen: 3_000,
  machineSeen: 1_000,
  volumeListed: 1_000,
  claim: 10_000,
  retries: 300_000,
  run: 1_000,
  look: 300_000,
  day: 86_400_000,
};

const instant: Profile = {
  name: "instant",
  virtualTime: true,
  rateLimits: undefined,
  pace: 1,
  strange: false,
  windows: false,
  autostop: false,
  // A refusal moves no clock, so a lingering machine would make every client wait a real second.
  durations: { ...durations, linger: 0 },
};

const fly: Profile = {
  name: "fly",
  virtualTime: false,
  rateLimits: {
    action: { perSecond: 1, burst: 3 },
    read: { perSecond: 5, burst: 10 },
    appDeletion: { perSecond: 100 / 60, burst: 100 },
  },
  pace: 1,
  strange: false,
  windows: true,
  autostop: true,
  durations,
};

/** Time as at Fly, in a fraction of it. Bursts stay: how many calls come at once does not depend on the pace. */
function hastened(profile: Profile, times: number): Profile {
  const faster = Object.entries(profile.durations).map(([name, ms]) => [name, ms / times]);
  const limit = ({ perSecond, burst }: RateLimit) => ({ perSecond: perSecond * times, burst });
  const limits = profile.rateLimits;
  return {
    ...profile,
    name: `${profile.name}/${times}`,
    pace: profile.pace * times,
    durations: Object.fromEntries(faster) as unknown as Durations,
    rateLimits: limits && {
      action: limit(limits.action),
      read: limit(limits.read),
      appDeletion: limit(limits.appDeletion),
    },
  };
}

/** The profiles by name. */
export const profiles = {
  instant,
  fly,
  "fly/10": hastened(fly, 10),
  strange: { ...instant, name: "strange", strange: true },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;

export const isProfileName = (name: string): name is ProfileName => Object.hasOwn(profiles, name);
