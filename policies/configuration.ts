import { readFileSync } from "node:fs";
import toml from "@iarna/toml";
import { type Attestations, attestationsIn, nothingAttested } from "./attestation.ts";
import { type ProfileName, profileNamed } from "./profile.ts";
import type { Rule } from "./rule.ts";

/** What the file in `AIRWORTHY_CONFIG` says, with what holds where it says nothing. */
export interface Configuration {
  readonly profile: ProfileName;
  readonly attestations: Attestations;
  /** The file, if one is named. */
  readonly file?: string;
}

/**
 * Reads the file that `AIRWORTHY_CONFIG` names. Nothing is looked for in the working directory, which for a pack is the
 * pack's own folder. `now` decides which attestations have ended.
 */
export function configurationOf(
  environment: Readonly<Record<string, string | undefined>>,
  rules: readonly Rule[],
  now: Date,
): Configuration {
  const file = environment["AIRWORTHY_CONFIG"];
  if (!file) return { profile: profileNamed(undefined), attestations: nothingAttested };
  const content = parsed(file);
  const attestable = new Set(rules.filter((rule) => rule.attestable).map(({ id }) => id));
  try {
    const attestations = attestationsIn(content["attestation"], attestable, now);
    return { profile: profileNamed(content["profile"]), attestations, file };
  } catch (error) {
    throw new Error(`${file} (named by AIRWORTHY_CONFIG): ${error instanceof Error ? error.message : error}`);
  }
}

function parsed(file: string): Readonly<Record<string, unknown>> {
  try {
    return toml.parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(`read ${file}, named by AIRWORTHY_CONFIG: ${reason}. Correct the file, or unset AIRWORTHY_CONFIG.`);
  }
}
