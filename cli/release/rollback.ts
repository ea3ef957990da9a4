import { confirm } from "../question.ts";
import { Trouble } from "../trouble.ts";
import { changesTo } from "./difference.ts";
import { shortImage } from "./list.ts";
import { ask, type Place, show } from "./pulumi.ts";
import { type Group, groupsNamed, type Release, readStack, type Stack } from "./stack.ts";

/** A group on its way back. */
interface Return {
  group: Group;
  from: Release;
  to: Release;
}

const doing = "go back";

/** Holds groups at an earlier release by a line in the stack's configuration, and runs `pulumi up`. Answers with an exit code. */
export async function rollback(
  place: Place,
  names: readonly string[],
  wanted: number | undefined,
  isSure: boolean,
): Promise<number> {
  const stack = await readStack(place);
  const groups = groupsNamed(stack, names);
  const returns = groups.map((group) => returnOf(group, wanted, groups.length > 1));
  for (const one of returns) printReturn(one);
  if (!isSure) await confirm(doing, `Hold ${textOf(returns)} in stack ${stack.name}, and run pulumi up?`);
  const pins = { ...stack.pins, ...Object.fromEntries(returns.map(({ group, to }) => [group.name, to.version])) };
  // All of them: what is there as one text of JSON would lose the others.
  const lines = Object.entries(pins).map(([name, release]) => `${keyOf(name)}=${release}`);
  await ask(place, "write airworthy:pins", [
    "config",
    "set-all",
    "--path",
    ...lines.flatMap((line) => ["--plaintext", line]),
  ]);
  const code = await up(place);
  const where = `airworthy:pins in Pulumi.${stack.name}.yaml`;
  console.error(
    code === 0
      ? `airworthy: ${textOf(returns)}, by ${where}: commit it. \`airworthy rollback --lift\` ends it`
      : `airworthy: pulumi up failed, and ${where} still says: ${textOf(returns)}. \`pulumi up\` tries again, \`airworthy rollback --lift\` gives it up`,
  );
  return code;
}

/** Takes the lines out of the stack's configuration, and runs `pulumi up`. Answers with an exit code. */
export async function lift(place: Place, names: readonly string[], isSure: boolean): Promise<number> {
  const stack = await readStack(place);
  const held = heldNamed(stack, names);
  const text = held.map((name) => `${name} from release ${stack.pins[name]}`).join(", ");
  if (!isSure)
    await confirm("lift", `Let go ${text} in stack ${stack.name}, and run pulumi up with what the program says?`);
  const isAll = held.length === Object.keys(stack.pins).length;
  const keys = isAll ? ["rm", "airworthy:pins"] : ["rm-all", "--path", ...held.map(keyOf)];
  await ask(place, "change airworthy:pins", ["config", ...keys]);
  const code = await up(place);
  console.error(
    code === 0
      ? `airworthy: let go ${text}: what the program says is in force`
      : `airworthy: pulumi up failed; airworthy:pins does not hold ${held.join(", ")} any more, so \`pulumi up\` goes on with what the program says`,
  );
  return code;
}

const keyOf = (name: string) => `airworthy:pins["${name}"]`;
const up = (place: Place) => show(place, ["up", "--yes", "--skip-preview"]);
const textOf = (returns: readonly Return[]) =>
  returns.map(({ group, to }) => `${group.name} at release ${to.version}`).join(", ");

/** The names under which something is held; a pin may outlive its group. */
function heldNamed({ pins, name: stack }: Stack, names: readonly string[]): string[] {
  const all = Object.keys(pins);
  if (all.length === 0) throw new Trouble(`lift: nothing is held in stack ${stack}`);
  if (names.length === 0) return all;
  return names.flatMap((name) => {
    const found = all.filter((one) => one === name || one.endsWith(`/${name}`));
    if (found.length === 1) return found;
    const why = found.length === 0 ? "it is not held" : "several are held under that name";
    throw new Trouble(`lift: --group ${name}: ${why}; held are ${all.join(", ")}`);
  });
}

function returnOf(group: Group, wanted: number | undefined, isOneOfSeveral: boolean): Return {
  const { name, releases, running, pin } = group;
  const kept = releases.map(({ version }) => version).sort((one, other) => one - other);
  const from = releases.find(({ version }) => version === running) ?? releases[0];
  if (from === undefined) throw new Trouble(`${doing}: ${name} has no complete release yet`);
  // A release that is another again is gone back from as from that one.
  const runs = from.ofRelease ?? from.version;
  const version = wanted ?? kept.findLast((one) => one < runs);
  const to = releases.find((release) => release.version === version);
  const problem =
    version === undefined
      ? `no release of ${name} before ${runs} is kept`
      : pin === version
        ? held(name, version, runs === version)
        : version === from.version
          ? `release ${version} of ${name} is what runs${others(kept)}`
          : `release ${version} of ${name} is not kept${others(kept)}`;
  const way = isOneOfSeveral ? ". Name the groups with --group to leave this one out" : "";
  if (to === undefined || to === from || pin === version) throw new Trouble(`${doing}: ${problem}${way}`);
  return { group, from, to };
}

const held = (name: string, version: number, isThere: boolean) =>
  `${name} is held at release ${version} already; ${isThere ? "`airworthy rollback --lift` ends it" : "`pulumi up` brings it there"}`;

const others = (kept: readonly number[]) => `; kept are ${kept.join(", ")}`;

function printReturn({ group, from, to }: Return): void {
  console.log(`${group.name}: release ${from.version} => ${to.version} (${shortImage(to)})`);
  const changes = changesTo(group, from, to);
  for (const line of changes.length > 0 ? changes : ["nothing differs"]) console.log(`  ${line}`);
}
