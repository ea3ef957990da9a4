import { nearestRegions, regionProblem } from "../fly/regions.ts";
import type { GroupArgs, ProductionAppArgs } from "./arguments.ts";
import { isRecord, knownKeys, orList, type Report, show, wholeNumber } from "./mistake.ts";
import { volumeName, volumeNameLength } from "./naming.ts";
import { minRunningOf, placesOf, primaryRegionOf } from "./placement.ts";

type Groups = ProductionAppArgs["groups"];

/** Reports what is wrong with where the machines of the groups are; `groups` are those whose other arguments can be read. */
export function placementMistakes(report: Report, wanted: string | undefined, groups: Groups): void {
  const sound: Groups = {};
  for (const [name, group] of Object.entries(groups)) {
    if (hasRegions(report, `groups.${name}.regions`, group.regions)) sound[name] = group;
  }
  const used = new Set(Object.values(groups).flatMap(({ regions }) => (isRecord(regions) ? Object.keys(regions) : [])));
  if (wanted !== undefined && used.size > 0 && !used.has(wanted)) {
    report("primaryRegion", `is ${show(wanted)}, where no group has a machine; give ${orList([...used])}`);
  }
  const primaryRegion = primaryRegionOf({ primaryRegion: wanted, groups: sound });
  for (const [name, group] of Object.entries(sound)) {
    minRunningMistakes(report, `groups.${name}.http.minRunning`, group, primaryRegion);
    replicasMistake(report, `groups.${name}`, group);
    existingMistakes(report, `groups.${name}.volume.existing`, group);
    fallbackMistakes(report, `groups.${name}.fallbackRegions`, group);
  }
  volumeNameMistakes(report, sound);
}

/** Whether the regions are right, so that what depends on them can be judged. */
function hasRegions(report: Report, path: string, regions: unknown): boolean {
  if (!isRecord(regions) || Object.keys(regions).length === 0) {
    const found = isRecord(regions) ? "is empty" : `is ${show(regions)}`;
    report(path, `${found}; give at least one region, such as { iad: 2 }`);
    return false;
  }
  let right = true;
  const note: Report = (where, problem) => {
    right = false;
    report(where, problem);
  };
  for (const [region, count] of Object.entries(regions)) {
    regionMistake(note, `${path}.${region}`, region);
    wholeNumber(note, `${path}.${region}`, count, 1, Number.POSITIVE_INFINITY);
  }
  return right;
}

/**
 * A region that Fly once had, or that cannot be one. A code of the right form that the table does not have may be newer
 * than the table: that is for rule AVL-03 to warn of.
 */
function regionMistake(report: Report, path: string, region: string): void {
  const problem = regionProblem(region);
  if (problem === undefined) return;
  const near = nearestRegions(region);
  const advice = near.length > 0 ? `give ${orList(near)}` : "give a region's code of three letters, such as iad";
  report(path, `${problem === "retired" ? "is a region Fly has retired" : "is no region of Fly"}; ${advice}`);
}

function minRunningMistakes(report: Report, path: string, group: GroupArgs, primaryRegion: string): void {
  const wanted: unknown = group.http?.minRunning;
  if (wanted === undefined) return;
  if (typeof wanted !== "number" && !isRecord(wanted)) {
    report(path, `is ${show(wanted)}; give a whole number, or numbers by region such as { iad: 1 }`);
    return;
  }
  for (const [region, least] of Object.entries(minRunningOf(group, primaryRegion))) {
    const where = typeof wanted === "number" ? path : `${path}.${region}`;
    const count = group.regions[region] ?? 0;
    wholeNumber(report, where, least, 0, Number.POSITIVE_INFINITY);
    if (!Number.isInteger(least) || least <= count) continue;
    const machines = `${count || "no"} machine${count === 1 ? "" : "s"} in ${region}`;
    const primary = region === primaryRegion ? ", the primary region" : "";
    const byRegion = `numbers for ${orList(Object.keys(group.regions))}, such as { ${Object.keys(group.regions)[0]}: 1 }`;
    const advice = count > 0 ? `at most ${count}` : byRegion;
    report(where, `is ${least}, but the group has ${machines}${primary}; give ${advice}`);
  }
}

function replicasMistake(report: Report, path: string, { regions, replicas }: GroupArgs) {
  const count = placesOf(regions).length;
  if (replicas !== "single-writer" || count === 1) return;
  const advice = `give one in all, such as { ${Object.keys(regions)[0]}: 1 }, or take replicas out`;
  report(`${path}.regions`, `has ${count} machines, but replicas is "single-writer"; ${advice}`);
}

function existingMistakes(report: Report, path: string, { regions, volume }: GroupArgs): void {
  if (!isRecord(volume) || !isRecord(volume.existing)) return;
  const slots = placesOf(regions).map(({ name }) => name);
  const users = new Map<unknown, string>();
  for (const [slot, id] of Object.entries(volume.existing)) {
    const where = `${path}.${slot}`;
    if (!slots.includes(slot)) {
      report(where, `is a volume on a slot too many: the group has ${slots.join(", ")}; take it out or raise regions`);
    }
    const other = users.get(id);
    if (other !== undefined) report(where, `is the volume of ${other} too; one volume can be mounted by one machine`);
    users.set(id, slot);
  }
}

function fallbackMistakes(report: Report, path: string, { regions, volume, fallbackRegions }: GroupArgs): void {
  if (fallbackRegions === undefined) return;
  const example = `{ ${Object.keys(regions)[0]}: ["ewr"] }`;
  if (!isRecord(fallbackRegions)) {
    report(path, `is ${show(fallbackRegions)}; give lists of regions by region, such as ${example}`);
    return;
  }
  if (volume !== undefined)
    report(path, "is for a group without a volume: a machine is where its volume is; take it out");
  const slots = Object.fromEntries(Object.keys(regions).map((region) => [region, true as const]));
  knownKeys(report, path, fallbackRegions, slots, "a region of the group");
  for (const [region, others] of Object.entries(fallbackRegions)) {
    const where = `${path}.${region}`;
    if (!Array.isArray(others)) report(where, `is ${show(others)}; give a list of regions, such as ${example}`);
    else
      for (const [index, other] of others.entries())
        fallbackMistake(report, `${where}[${index}]`, other, [region, ...others.slice(0, index)]);
  }
}

function fallbackMistake(report: Report, path: string, region: unknown, before: readonly unknown[]): void {
  if (typeof region !== "string") report(path, `is ${show(region)}; give a region's code, such as "ewr"`);
  else if (before.includes(region)) report(path, `is ${region} again; name each region once`);
  else regionMistake(report, path, region);
}

/** Volumes are found by name after a lost answer, so two slots must not share one. */
function volumeNameMistakes(report: Report, groups: Groups): void {
  const owners = new Map<string, string>();
  for (const [name, { volume, regions }] of Object.entries(groups)) {
    const path = `groups.${name}`;
    const names = volume ? placesOf(regions).map((place) => volumeName(name, place.name)) : [];
    const excess = Math.max(0, ...names.map(({ length }) => length)) - volumeNameLength;
    if (excess > 0) {
      const why = `Fly permits ${volumeNameLength} in a volume's name, such as ${names[0]}`;
      report(path, `is too long a name with a volume; give at most ${name.length - excess} characters: ${why}`);
    }
    const other = names.map((each) => owners.get(each)).find((owner) => owner !== undefined);
    if (other !== undefined) {
      report(path, `names its volumes as group ${other} does; give a name that differs in more than dashes`);
    }
    for (const each of names) owners.set(each, name);
  }
}
