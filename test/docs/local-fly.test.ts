import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { behaviours } from "../../emulator/behaviour/index.ts";
import { localFlyPage } from "../../emulator/document.ts";
import { refusals } from "../../emulator/errors.ts";
import { profiles } from "../../emulator/profile.ts";
import { routes } from "../../emulator/routes.ts";
import { switches } from "../../emulator/switches.ts";

const transcript = new URL("../../docs/local-fly-transcript.md", import.meta.url);

/** Without its own title: the page has one above it. */
const withoutTitle = (text: string) => text.replace(/^# .*\n+/, "");

// After a change of what it is made of, `npm test -- test/docs -u` writes the page anew.
test("docs/local-fly.md is what the tables of the local Fly say", async () => {
  const page = localFlyPage({
    behaviours,
    refusals,
    routes,
    profiles,
    switches,
    transcript: existsSync(transcript) ? withoutTitle(readFileSync(transcript, "utf8")) : undefined,
  });
  await expect(page).toMatchFileSnapshot("../../docs/local-fly.md");
});
