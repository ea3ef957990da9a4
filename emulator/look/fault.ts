import type { Controlled } from "../control.ts";
import type { Fault } from "../faults.ts";
import type { Platform } from "../record.ts";
import { counted, html, type Markup, section } from "./markup.ts";
import { chip } from "./standing.ts";

/** What is to go wrong with calls, and what somebody scripted about the platform. */
export function faultsSection({ world, faults }: Controlled): Markup {
  const armed = faults.unspent();
  const scripted = scriptedOf(world.platform);
  const note = armed.length === 0 ? "" : `${counted(armed.length, "fault")} armed`;
  if (armed.length + scripted.length === 0) {
    return section("faults", "Faults", note, html`<p class="none">No fault is armed, and nothing is scripted.</p>`);
  }
  const lines = [...armed.map(faultOf), ...scripted.map(scriptOf)];
  return section("faults", "Faults", note, html`<ul class="calls">${lines}</ul>`);
}

const faultOf = (fault: Fault) =>
  html`<li>${chip("fails", fault.kind)}<b>${fault.operation}</b><small>${hitsOf(fault)}</small><code>${detailOf(fault)}</code></li>
`;

const scriptOf = ([what, name]: [string, string]) =>
  html`<li>${chip("moves", "scripted")}<b>${what}</b><small></small><code>${name}</code></li>
`;

const hitsOf = ({ times = 1, skip = 0 }: Fault) =>
  `${times === 1 ? "the next call" : `the next ${times} calls`}${skip === 0 ? "" : ` after ${skip}`}`;

/** Never the body it answers with. */
function detailOf({ kind, status = 503, ms = 0, variant = "region", event }: Fault): string {
  if (kind === "status") return String(status);
  if (kind === "delay") return `${ms} ms`;
  if (kind === "capacity") return variant;
  return kind === "event" ? String((event as { kind?: unknown } | undefined)?.kind ?? "") : "";
}

function scriptedOf(platform: Platform): [string, string][] {
  const listed = (what: string, names: readonly string[] = []): [string, string][] => names.map((name) => [what, name]);
  return [
    ...Object.entries(platform.capacity).map(([region, room]): [string, string] => [
      "room in a region",
      `${region}: ${counted(room, "machine")}`,
    ]),
    ...Object.entries(platform.hosts ?? {}).map(([host, { failed, room }]): [string, string] => [
      "host",
      `${host}: ${failed ? "failed" : "works"}${room === undefined ? "" : `, room for ${counted(room, "machine")}`}`,
    ]),
    ...listed("image that cannot be pulled", platform.unpullable),
    ...listed("image whose checks fail", platform.failing),
    ...listed("image whose checks flap", platform.flapping),
    ...listed("image that exits", Object.keys(platform.exiting ?? {})),
    ...listed("Postgres that never gets ready", platform.failingClusters),
    ...Object.entries(platform.switches ?? {}).map(([name, position]): [string, string] => [
      "switch",
      `${name}: ${position}`,
    ]),
    ...(platform.indicator === "none" ? [] : listed("Fly's status page", [platform.indicator])),
  ];
}
