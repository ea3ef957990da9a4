import { rfc3339 } from "../clock.ts";
import type { World } from "../state.ts";
import { html, type Markup } from "./markup.ts";

/** What time it is at this Fly, and how far that is from the machine's own clock. */
export function clockSection({ clock, profile, instance }: World): Markup {
  const { skipped, advanced } = clock.setting;
  const ahead = skipped + advanced;
  const kind = profile.virtualTime ? "virtual time" : "real time";
  const [day = "", time = ""] = rfc3339(clock.now()).slice(0, 19).split("T");
  return html`<section id="clock" aria-label="Clock"><p class="now"><b>${time}</b> <span>${day} UTC</span></p>
<p class="facts">profile <b>${profile.name}</b>, ${kind}, ${ahead === 0 ? "not moved" : `${lasting(ahead)} ahead`}<br>
instance <code>${instance}</code></p></section>`;
}

/** A moment of the past: the time of day, with the day where that is another. */
export function moment(world: World, at: number): string {
  const [day = "", time = ""] = rfc3339(at).slice(0, 19).split("T");
  return rfc3339(world.clock.now()).startsWith(day) ? time : `${day} ${time}`;
}

/** `1 d 2 h`, `3 min 20 s`, `40 ms`: the two greatest units. */
function lasting(ms: number): string {
  const units: readonly [string, number][] = [
    ["d", 86_400_000],
    ["h", 3_600_000],
    ["min", 60_000],
    ["s", 1000],
  ];
  const at = units.findIndex(([, length]) => ms >= length);
  if (at < 0) return `${ms} ms`;
  const [name, length] = units[at] as [string, number];
  const next = units[at + 1];
  const rest = next === undefined ? 0 : Math.floor((ms % length) / next[1]);
  return `${Math.floor(ms / length)} ${name}${rest === 0 ? "" : ` ${rest} ${next?.[0]}`}`;
}
