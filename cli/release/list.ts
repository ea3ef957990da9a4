import type { Group, Release, Stack } from "./stack.ts";

/** An image by what a person compares: its name and the beginning of its digest. */
export function shortImage({ config, imageDigest }: Release): string {
  const [name = "", digest = imageDigest] = config.image.split("@");
  return digest === undefined ? name : `${name}@${digest.slice(0, "sha256:".length + 12)}`;
}

const minutes = (at: string | undefined) => (at === undefined ? "" : `${at.slice(0, 16).replace("T", " ")} UTC`);

function marks({ running, pin }: Group, { version, ofRelease }: Release): string {
  const isRunning = version === running;
  const isHeld = version === pin;
  const said = [
    ...(ofRelease === undefined ? [] : [`is ${ofRelease} again`]),
    ...(isRunning ? ["running"] : []),
    ...(isHeld ? ["held by airworthy:pins"] : []),
  ];
  return said.join(", ");
}

/** Prints the releases of each group, newest first. */
export function printReleases(groups: readonly Group[], { pins, groups: all }: Stack): void {
  for (const group of groups) {
    console.log(group.name);
    const rows = group.releases.map((release) => [
      String(release.version),
      minutes(release.at),
      release.strategy ?? "",
      shortImage(release),
      marks(group, release),
    ]);
    for (const row of aligned(rows)) console.log(`  ${row}`);
    if (rows.length === 0) console.log("  no release is complete yet");
    if (!group.releases.some(({ version }) => version === group.running)) {
      console.log(`  release ${group.running} is not complete: \`pulumi up\` goes on with it`);
    }
  }
  const strangers = Object.keys(pins).filter((name) => !all.some((group) => group.name === name));
  if (strangers.length > 0) console.log(`airworthy:pins names what is no group of this stack: ${strangers.join(", ")}`);
}

function aligned(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .filter((_, column) => widths[column] !== 0)
      .join("  ")
      .trimEnd(),
  );
}

/** The same for a program. Never config or environment: those are secret. */
export const releasesJson = (groups: readonly Group[]): string =>
  JSON.stringify(
    groups.map(({ name, running, pin, releases }) => ({
      group: name,
      running,
      ...(pin !== undefined && { pin }),
      releases: releases.map(({ version, at, config, imageDigest, strategy, ofRelease }) => ({
        ...{ version, at, image: config.image, imageDigest, strategy, ofRelease },
      })),
    })),
    undefined,
    2,
  );
