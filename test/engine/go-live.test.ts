import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Workspace } from "../support/workspace.ts";

const root = join(import.meta.dirname, "..", "..");

/** Each command of the Pulumi CLI that a page or the workflow names, without what it is run on. */
const documented = ["docs/go-live.md", "docs/teams.md", ".github/workflows/fly.yml"].flatMap((page) =>
  [...readFileSync(join(root, page), "utf8").matchAll(/\bpulumi ((?:[a-z-]+ ?)+)([^`\n|]*)/g)]
    .filter(({ index, input }) => /(?:--no |`)$/.test(input.slice(0, index)))
    .map(([, words = "", rest = ""]) => ({
      command: words.trim().split(" "),
      flags: [...rest.matchAll(/(--[a-z-]+)/g)].map(([, flag = ""]) => flag),
    })),
);

test("pages name commands of the CLI", () => expect(documented.length).toBeGreaterThan(15));

test.each(documented)("pulumi $command has $flags", ({ command, flags }) => {
  // What follows a subcommand is its argument: the longest that the CLI knows is meant.
  const helps = command.map((_, at) => {
    const { stdout } = spawnSync("pulumi", [...command.slice(0, at + 1), "--help"], { encoding: "utf8" });
    return new RegExp(`^ +pulumi ${command.slice(0, at + 1).join(" ")}\\b`, "m").test(stdout) ? stdout : undefined;
  });
  const help = helps.findLast((text) => text !== undefined);
  expect(helps[0], command[0]).toBeDefined();
  expect(flags.filter((flag) => !new RegExp(`${flag}\\b`).test(help ?? ""))).toEqual([]);
});

let shop: Workspace;
beforeAll(async () => {
  shop = await Workspace.of(".");
  await shop.pulumi(["config", "set", "--secret", "sessionKey"], {}, "of-a-test");
});
afterAll(() => shop?.remove());

test("a preview asks Fly what the token is for and nothing else, so that a token that only reads is enough", async () => {
  await shop.ok("preview");
  const { entries } = (await shop.send("GET", "/_local/journal?since=0")) as {
    entries: { operation: string; mutating: boolean }[];
  };
  expect([...new Set(entries.map(({ operation }) => operation))]).toEqual(["Tokens_current"]);
});
