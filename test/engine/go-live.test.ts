import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Workspace } from "../support/workspace.ts";

const root = join(import.meta.dirname, "..", "..");

const nested = new Set(["stack", "config", "policy", "state"]);

/** Each command of the Pulumi CLI that a page or the workflow names, with the flags it is given there. */
const documented = new Map<string, Set<string>>();
for (const page of ["docs/go-live.md", "docs/teams.md", ".github/workflows/fly.yml"]) {
  for (const [, line = ""] of readFileSync(join(root, page), "utf8").matchAll(/(?:--no |`)pulumi ([a-z][^`\n|]*)/g)) {
    const [verb = "", ...rest] = line.trim().split(/ +/);
    const command = nested.has(verb) ? `${verb} ${rest[0]}` : verb;
    const flags = rest.filter((word) => word.startsWith("--")).map((flag) => flag.replace(/=.*/, ""));
    documented.set(command, new Set([...(documented.get(command) ?? []), ...flags]));
  }
}

test("pages name commands of the CLI", () => expect(documented.size).toBeGreaterThan(8));

test.each([...documented])("there is pulumi %s, with each flag that the pages give it", (command, flags) => {
  const { stdout } = spawnSync("pulumi", [...command.split(" "), "--help"], { encoding: "utf8" });
  expect(stdout).toMatch(new RegExp(`^ +pulumi ${command}\\b`, "m"));
  expect([...flags].filter((flag) => !new RegExp(`${flag}\\b`).test(stdout))).toEqual([]);
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
