/** A question to which two sources give different answers. */
export interface Switch {
  /** Case of `emulator/behaviour/` that it decides. */
  readonly number: number;
  readonly question: string;
  /** What the local Fly can do; the first unless somebody asks for another. */
  readonly positions: readonly [string, string, ...string[]];
  /** Who says which. */
  readonly sources: string;
}

/** Where what is known of Fly contradicts itself, somebody who knows better sets a switch: `POST /_local/switches`. */
export const switches = {
  "apps-without-org": {
    number: 12,
    question: "status of a list of apps without org_slug",
    positions: ["400", "404"],
    sources: "400: Fly's OpenAPI document; 404: formae",
  },
  "app-name": {
    number: 14,
    question: "app_name in place of name when an app is made",
    positions: ["accepted", "ignored"],
    sources: "accepted: Fly's documents; ignored: formae",
  },
  "update-elsewhere": {
    number: 43,
    question: "an update that names another region",
    positions: ["refused", "ignored"],
    sources: "the machine stays where it is, how Fly says so nobody wrote down",
  },
  "destroy-running": {
    number: 48,
    question: "status when what runs is destroyed without force",
    positions: ["412", "409"],
    sources: "412: seen lately by clients; 409: an older sample in Fly's documents",
  },
  "custom-certificate-again": {
    number: 118,
    question: "a second upload of a certificate for the same host name",
    positions: ["replaced", "refused"],
    sources: "replaced: the net effect alchemy tests for, which deletes the first where it is refused with 409",
  },
  "postgres-attachment": {
    number: 137,
    question: "whether attaching an app to a cluster sets its DATABASE_URL",
    positions: ["recorded", "sets-secret"],
    sources: "recorded: flyctl, which sets the secret itself; sets-secret: formae's README",
  },
  "public-address-org": {
    number: 147,
    question: "org_slug with an address that is not private, as flyctl sends it at an app's first deploy",
    positions: ["refused", "ignored"],
    sources: "refused: formae and logs of deploys of 2026; ignored: flyctl, which goes on sending it",
  },
  "gone-app": {
    number: 150,
    question: "status of what belongs to an app that is gone",
    positions: ["404", "400"],
    sources: "formae met both",
  },
  windows: {
    number: 18,
    question: "whether what was made or unmade a moment ago may read as if it were not",
    positions: ["as-profile", "on", "off"],
    sources: "clients met it now and then: on as often as can be, off never; instant is off, fly on",
  },
  autostop: {
    number: 66,
    question: "whether the proxy stops idle machines though no traffic was scripted",
    positions: ["as-profile", "on", "off"],
    sources: "Fly does; in instant a test would have its machines stopped because time was moved",
  },
} as const satisfies Record<string, Switch>;

export type SwitchName = keyof typeof switches;
export type Position<N extends SwitchName> = (typeof switches)[N]["positions"][number];

export const switchNames = Object.keys(switches) as SwitchName[];
