import type { Controlled } from "../control.ts";
import { appsSection } from "./app.ts";
import { checksSection } from "./check.ts";
import { clockSection } from "./clock.ts";
import { faultsSection } from "./fault.ts";
import { journalSection } from "./journal.ts";
import { html } from "./markup.ts";
import { regionsSection } from "./region.ts";
import { volumesSection } from "./volume.ts";

/** The whole page as it is at this moment. Without the script it loads itself anew now and then. */
export function page(on: Controlled): string {
  const { world } = on;
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>The local Fly</title>
<link rel="icon" href="/_local/look.svg"><link rel="stylesheet" href="/_local/look.css">
<script src="/_local/look.js" defer></script><noscript><meta http-equiv="refresh" content="5"></noscript></head>
<body><header><h1>The local Fly</h1><p id="link" role="status"></p>${clockSection(world)}</header>
<main><div class="column">${regionsSection(world)}
${appsSection(world)}
${checksSection(world)}
${volumesSection(world)}</div>
<div class="column">${faultsSection(on)}
${journalSection(on)}</div></main></body></html>
`.text;
}
