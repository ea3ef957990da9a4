import { Command } from "commander";
import { printReleases, releasesJson } from "../release/list.ts";
import { type PlaceOptions, placeOf, withPlace } from "../release/option.ts";
import { groupsNamed, readStack } from "../release/stack.ts";

/** `airworthy releases`: what each group can go back to. */
export const releases = withPlace(
  new Command("releases").description("List the releases that a stack's state keeps of each group, newest first"),
)
  .option("--json", "as JSON, for a program")
  .action(async (options: PlaceOptions & { json?: boolean }) => {
    const stack = await readStack(placeOf(options));
    const groups = groupsNamed(stack, options.group);
    if (options.json) console.log(releasesJson(groups));
    else printReleases(groups, stack);
  });
