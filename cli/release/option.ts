import { resolve } from "node:path";
import { type Command, Option } from "commander";
import type { Place } from "./pulumi.ts";

/** What says where the project is, of which stack and of which groups. */
export interface PlaceOptions {
  stack?: string;
  cwd?: string;
  group: string[];
}

export const withPlace = (command: Command): Command =>
  command
    .addOption(
      new Option("--group <name>", "a group, as web or shop/web; may be given several times")
        .default([], "all")
        .argParser((name: string, before: string[]) => [...before, name]),
    )
    .option("--stack <name>", "stack (default: the one selected)")
    .option("--cwd <dir>", "folder of the project (default: this one)");

export const placeOf = ({ stack, cwd = "." }: PlaceOptions): Place => ({ cwd: resolve(cwd), stack });
