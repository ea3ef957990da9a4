import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { type Binary, type Ran, run } from "./binary.ts";
import type { Redaction } from "./redaction.ts";
import type { LocalWorld } from "./world.ts";

/** Something that was found to be so, or not. */
export interface Claim {
  readonly text: string;
  readonly holds: boolean;
  /** Of one that does not hold. */
  readonly expected?: string;
  readonly actual?: string;
}

/** One command, what it printed and what is claimed of it. */
export interface Step {
  readonly command: string;
  readonly ran: Ran;
  /** After how many lines of output it is cut. */
  readonly lines: number | undefined;
  readonly claims: Claim[];
}

interface RunOptions {
  /** What the refusal has to say, of a command that must not succeed. */
  refused?: RegExp;
  /** A token in place of the local Fly's own, and what the page calls it. */
  token?: { value: string; name: string };
  /** After how many lines of output the page cuts it. */
  lines?: number;
}

export interface Surroundings {
  readonly binary: Binary;
  readonly world: LocalWorld;
  readonly redaction: Redaction;
  /** A folder of this run alone. */
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
}

/** What every command is claimed to do that is not one to be refused. */
export const endsWell = "ends with status 0";

const shown = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));

/** One group of commands: runs them, keeps what they print, and compares. */
export class Group {
  readonly title: string;
  readonly words: string;
  readonly steps: Step[] = [];
  readonly #around: Surroundings;
  #folder: string;

  constructor(title: string, words: string, around: Surroundings) {
    this.title = title;
    this.words = words;
    this.#around = around;
    this.#folder = around.folder;
  }

  get world(): LocalWorld {
    return this.#around.world;
  }

  /** Goes into a folder of its own with these files, where the next commands run. */
  settle(name: string, files: Readonly<Record<string, string>>): void {
    this.#folder = join(this.#around.folder, name);
    mkdirSync(this.#folder, { recursive: true });
    for (const [file, text] of Object.entries(files)) writeFileSync(join(this.#folder, file), text);
  }

  hide(value: string, name: string): void {
    this.#around.redaction.hide(value, name);
  }

  /** Runs `flyctl` with these words and answers with what it printed. That it ended as it has to is the first claim. */
  async flyctl(words: string, { refused, token, lines }: RunOptions = {}): Promise<string> {
    const { binary, env, folder: top } = this.#around;
    const log = join(top, `output-${this.title.replace(/\W/g, "")}-${this.steps.length}.txt`);
    const more = token === undefined ? {} : { FLY_API_TOKEN: token.value };
    const ran = await run(binary.path, words.split(" "), log, { cwd: this.#folder, env: { ...env, ...more } });
    const command = `${token === undefined ? "" : `FLY_API_TOKEN=${token.name} `}flyctl ${words}`;
    this.steps.push({ command, ran, lines, claims: [] });
    if (refused === undefined) this.claim(endsWell, ran.code, 0);
    else {
      this.claim("ends with another status than 0", ran.code !== 0, true);
      this.claim(`says why: ${refused.source.replaceAll("\\", "")}`, refused.test(ran.text) || ran.text, true);
    }
    return ran.text;
  }

  /** Something that has to be so after the last command. */
  claim(text: string, actual: unknown, expected: unknown): void {
    const holds = isDeepStrictEqual(actual, expected);
    const { redaction } = this.#around;
    const sides = { expected: redaction.clean(shown(expected)), actual: redaction.clean(shown(actual) ?? "nothing") };
    // A group that breaks off before its first command has none to hang this on.
    if (this.steps.length === 0)
      this.steps.push({ command: "", ran: { text: "", code: 1 }, lines: undefined, claims: [] });
    this.steps.at(-1)?.claims.push({ text, holds, ...(holds ? {} : sides) });
  }
}

/** Goes through a group; what breaks it off is a claim that does not hold, and the other groups are gone through all the same. */
export async function goThrough(group: Group, way: (group: Group) => Promise<void>): Promise<Group> {
  try {
    await way(group);
  } catch (error) {
    group.claim("the group could be gone through to its end", (error as Error).message, "no error");
  }
  return group;
}
