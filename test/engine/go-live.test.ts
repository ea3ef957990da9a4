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
  // Help for a word that is no command is its parent's.
  const [, word = command] = command.split(" ");
  expect(stdout).toMatch(new RegExp(`^ +pulumi ${command}\\b|^Aliases:\n.*\\b${word}\\b`, "m"));
  expect([...flags].filter((flag) => !new RegExp(`${flag}\\b`).test(stdout))).toEqual([]);
});

let shop: Workspace;
/** What leads a stack without `airworthy:local` to the local Fly in Fly.io's place. */
let fly: Record<string, string>;

beforeAll(async () => {
  shop = await Workspace.of(".", ["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml", "index.ts"]);
  const { url, token } = await shop.localFly();
  fly = { FLY_FLAPS_BASE_URL: url, FLY_API_TOKEN: token };
});
afterAll(() => shop?.remove());

async function prod(args: string[], input?: string): Promise<string> {
  const { code, output } = await shop.pulumi([...args, "--stack", "prod"], fly, input);
  expect(code, output).toBe(0);
  return output;
}

test("the guide's steps configure production, and leave the comments of its file", async () => {
  await shop.ok("stack", "init", "prod", "--no-select");
  const digest = `sha256:${"4".repeat(64)}`;
  const values = {
    "airworthy:org": "local",
    appName: "acme-shop",
    image: `ghcr.io/acme/shop@${digest}`,
    cacheImage: `docker.io/library/redis@${digest}`,
  };
  for (const [key, value] of Object.entries(values)) await prod(["config", "set", key, value]);
  await prod(["config", "set", "--secret", "sessionKey"], "planted-session-key");
  const file = shop.read("Pulumi.prod.yaml");
  expect(file).toContain("There is no `airworthy:local` here");
  expect(file).toMatch(/^encryptionsalt: /m);
  expect(file).not.toContain("planted-session-key");
});

test("a preview asks Fly what the token is for and nothing else, so that a token that only reads is enough", async () => {
  await prod(["preview"]);
  const { entries } = (await shop.send("GET", "/_local/journal?since=0")) as {
    entries: { operation: string; mutating: boolean }[];
  };
  expect([...new Set(entries.map(({ operation }) => operation))]).toEqual(["Tokens_current"]);
});

test("the first up deploys it, the records for DNS are printed, and a second up is empty", async () => {
  await prod(["up", "--yes", "--skip-preview"]);
  const records = JSON.parse(await prod(["stack", "output", "dnsRecords", "--json"])) as { type: string }[];
  expect(records.map(({ type }) => type)).toEqual(expect.arrayContaining(["A", "AAAA"]));
  await prod(["preview", "--expect-no-changes"]);
});
