import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { behaviours } from "../../emulator/behaviour/index.ts";
import { localFlyPage } from "../../emulator/document.ts";
import { refusals } from "../../emulator/errors.ts";
import { profiles } from "../../emulator/profile.ts";
import { routes } from "../../emulator/routes.ts";
import { switches } from "../../emulator/switches.ts";

const page = (name: string) => {
  const file = new URL(`../../docs/${name}.md`, import.meta.url);
  return existsSync(file) ? readFileSync(file, "utf8") : "";
};

/** Without the first one's title, for the page has one above it; the other's becomes a part's. */
const transcripts = `${page("local-fly-transcript").replace(/^# .*\n+/, "")}\n${page("flyctl-transcript").replace(/^# /, "## ")}`;

// After a change of what it is made of, `npm test -- test/docs -u` writes the page anew.
test("docs/local-fly.md is what the tables of the local Fly say", async () => {
  const page = localFlyPage({
    behaviours,
    refusals,
    routes,
    profiles,
    switches,
    transcript: transcripts.trim() === "" ? undefined : transcripts,
  });
  await expect(page).toMatchFileSnapshot("../../docs/local-fly.md");
});
