// Runs an unmodified flyctl against a local Fly and compares what it prints with what is so: `npm run flyctl [-- --write]`.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { type Binary, findFlyctl, quiet } from "./binary.ts";
import { type Served, serve } from "./local.ts";
import { Redaction } from "./redaction.ts";
import { required } from "./required.ts";
import { goThroughAll } from "./route.ts";
import { claimsOf, transcript, unfit } from "./transcript.ts";
import { LocalWorld } from "./world.ts";

const page = new URL("../../../docs/flyctl-transcript.md", import.meta.url);

async function go(binary: Binary, folder: string, served: Served): Promise<{ text: string; failed: boolean }> {
  const redaction = new Redaction();
  redaction.hide(folder, "<folder>");
  redaction.hide(served.url, "<local Fly>");
  redaction.hide(served.token, "<token>");
  const home = join(folder, "home");
  mkdirSync(home);
  const env = {
    PATH: process.env["PATH"],
    HOME: home,
    FLY_CONFIG_DIR: join(home, ".fly"),
    TMPDIR: folder,
    TZ: "UTC",
    ...quiet,
    ...served.settings,
  };
  const world = new LocalWorld(served);
  const started = Date.now();
  const { groups, unanswered } = await goThroughAll({ binary, world, redaction, folder, env });
  required(groups);
  const date = new Date().toISOString().slice(0, 10);
  const seconds = Math.round((Date.now() - started) / 1000);
  const text = transcript({ binary, date, seconds, groups, unanswered }, redaction);
  for (const group of groups)
    for (const { command, claims } of group.steps)
      for (const { text: claim, expected, actual } of claims.filter(({ holds }) => !holds))
        console.error(
          redaction.clean(`${group.title}: ${command}\n  ${claim}\n  expected ${expected}\n  but it was ${actual}`),
        );
  return { text, failed: claimsOf(groups).some(({ holds }) => !holds) };
}

async function main(args: readonly string[]): Promise<number> {
  const binary = findFlyctl();
  if (binary === undefined) {
    console.error(
      "run flyctl against the local Fly: no flyctl and no fly is on PATH. Install flyctl (https://fly.io/docs/flyctl/install), or put one you built on PATH",
    );
    return 1;
  }
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "airworthy-flyctl-")));
  try {
    const served = await serve(folder);
    try {
      const { text, failed } = await go(binary, folder, served);
      console.log(text);
      keep(text, args.includes("--write"), folder, served);
      return failed ? 1 : 0;
    } finally {
      await served.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Writes the page if somebody asked for it; one that has something of this machine on it is a mistake either way. */
function keep(text: string, asked: boolean, folder: string, { url, token }: Served): void {
  const names = {
    "the name of this machine": hostname(),
    "a token": token,
    "the address of the local Fly": url,
    "a folder": folder,
  };
  const wrong = unfit(text, names);
  if (wrong !== undefined)
    throw new Error(`keep the transcript: there is ${wrong} on it. Say in redaction.ts how to leave that out`);
  if (asked) writeFileSync(page, text);
}

process.exitCode = await main(process.argv.slice(2));
