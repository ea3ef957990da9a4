import { readFileSync } from "node:fs";
import toml from "@iarna/toml";
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

/** The profile in force and where that was said. */
export interface ChosenProfile {
  readonly name: ProfileName;
  /** The file that names it, if one does. */
  readonly file?: string;
}

/**
 * The profile that the file in `AIRWORTHY_CONFIG` names, else `production`. Nothing is looked for in the working
 * directory, which for a pack is the pack's own folder.
 */
export function chosenProfile(environment: Readonly<Record<string, string | undefined>>): ChosenProfile {
  const file = environment["AIRWORTHY_CONFIG"];
  if (!file) return { name: "production" };
  const name = profileIn(file);
  if (name === undefined) return { name: "production", file };
  if (typeof name === "string" && Object.hasOwn(profiles, name)) return { name: name as ProfileName, file };
  const known = Object.keys(profiles).join(", ");
  throw new Error(
    `${file} (named by AIRWORTHY_CONFIG): profile must be one of ${known}. Correct it, or take it out for production.`,
  );
}

function profileIn(file: string): unknown {
  try {
    return toml.parse(readFileSync(file, "utf8"))["profile"];
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(`read ${file}, named by AIRWORTHY_CONFIG: ${reason}. Correct the file, or unset AIRWORTHY_CONFIG.`);
  }
}
