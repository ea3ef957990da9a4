import { Command } from "commander";
import { whole } from "../local/option.ts";
import { type PlaceOptions, placeOf, withPlace } from "../release/option.ts";
import { rollback as goBack, lift } from "../release/rollback.ts";
import { Trouble } from "../trouble.ts";

/** `airworthy rollback`: image and config of an earlier release, by a line in the stack's configuration and a normal `up`. */
export const rollback = withPlace(
  new Command("rollback")
    .description("Bring back image and config of an earlier release, and hold it until it is lifted")
    .argument("[release]", "number of the release (default: the one before that which runs)"),
)
  .option("--yes", "without asking")
  .option("--lift", "end it: what the program says comes back")
  .addHelpText(
    "after",
    `
It writes airworthy:pins into the stack's configuration, where git and every preview show it, and
runs \`pulumi up\`: machines are changed as by any other up, one first, and have to be healthy.
Until it is lifted, what the program says of image and config waits; the number of machines,
secrets and everything else are still the program's. Databases are not brought back.

The exit code is that of pulumi up.`,
  )
  .action(async (release: string | undefined, options: PlaceOptions & { yes?: boolean; lift?: boolean }) => {
    const { group, yes = false } = options;
    if (options.lift && release !== undefined) throw new Trouble("--lift takes no release: it ends what is held");
    const number = release === undefined ? undefined : whole("the release", release, 1);
    const place = placeOf(options);
    process.exitCode = options.lift ? await lift(place, group, yes) : await goBack(place, group, number, yes);
  });
