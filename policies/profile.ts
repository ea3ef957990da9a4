import type { Priority } from "./rule.ts";

/** Whether a finding stops the run or is only shown. */
export type Level = "mandatory" | "advisory";

/** What each priority leads to. */
export type Profile = Readonly<Record<Priority, Level>>;

export const profiles = {
  production: { P1: "mandatory", P2: "advisory", P3: "advisory" },
  strict: { P1: "mandatory", P2: "mandatory", P3: "advisory" },
  staging: { P1: "advisory", P2: "advisory", P3: "advisory" },
} as const satisfies Record<string, Profile>;

export type ProfileName = keyof typeof profiles;
