import { regions as known } from "../../fly/regions.ts";
import { across, down, land, margin, mapSize as size, unit } from "../../fly/world.ts";
import type { Machine } from "../record.ts";
import type { World } from "../state.ts";
import { labelled } from "./label.ts";
import { counted, html, type Markup, nothing, section } from "./markup.ts";
import { present, type Standing, standingOf, standings, stateChips } from "./standing.ts";

/** Units of the drawing between two points of land. */
interface Place {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly label: string;
  readonly machines: readonly Machine[];
  readonly city: string;
}

/** The world with a ring for each region that has machines, coloured by what they do, and the same in words. */
export function regionsSection(world: World): Markup {
  const byRegion = Map.groupBy(present(world.machines.all()), ({ region }) => region);
  const used = [...byRegion].sort(([a], [b]) => (a < b ? -1 : 1));
  const places = used.flatMap(([code, machines]) => placeOf(code, machines));
  const note = used.length === 0 ? "" : `machines in ${counted(used.length, "region")}`;
  return section("regions", "Regions", note, [
    map(places),
    legend(),
    html`<ul class="places">${used.map(listed)}</ul>`,
  ]);
}

function placeOf(code: string, machines: readonly Machine[]): Place[] {
  const region = known.find((one) => one.code === code);
  if (region === undefined) return [];
  const { latitude, longitude, name: city } = region;
  // The ring's area, not its width, says how many there are.
  const radius = Math.min(16, 6 + Math.sqrt(machines.length));
  const running = countOf(machines, "runs");
  const label = `${code} ${running === machines.length ? running : `${running}/${machines.length}`}`;
  return [{ x: across(longitude), y: down(latitude), radius, label, machines, city }];
}

const countOf = (machines: readonly Machine[], standing: Standing) =>
  machines.filter((machine) => standingOf(machine) === standing).length;

function map(places: readonly Place[]): Markup {
  const codes = new Set(places.map(({ city }) => city));
  const others = known.filter(({ name }) => !codes.has(name));
  const labels = labelled(places, size);
  return html`<svg class="map" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="Map of the world; the list below says the same">
<path class="land" d="${dots}"/>
${others.map(({ latitude, longitude }) => html`<circle class="other" cx="${across(longitude)}" cy="${down(latitude)}" r="3"/>`)}
${places.map(drawn)}${labels}
</svg>`;
}

/** A line from the first to the last point of land beside each other: its dashes, of no length and round, are the points. */
const dots = land
  .flatMap((line, row) =>
    [...line.matchAll(/#+/g)].map(({ index, 0: run }) => {
      return `M${margin + index * unit} ${margin + row * unit}h${(run.length - 1) * unit + 0.1}`;
    }),
  )
  .join("");

/** A ring of arcs, one for each standing, drawn as dashes of circles that lie on each other. */
function drawn({ x, y, radius, machines, city }: Place): Markup {
  const around = 2 * Math.PI * radius;
  let before = 0;
  const arcs = standings.map((standing) => {
    const length = (countOf(machines, standing) / machines.length) * around;
    const from = before;
    before += length;
    if (length === 0) return nothing;
    return html`<circle class="arc ${standing}" cx="${x}" cy="${y}" r="${radius.toFixed(1)}" stroke-dasharray="${length.toFixed(2)} ${(around - length + 0.01).toFixed(2)}" stroke-dashoffset="${(-from).toFixed(2)}"/>`;
  });
  return html`<g class="place"><title>${city}: ${counted(machines.length, "machine")}</title><circle class="core" cx="${x}" cy="${y}" r="${radius.toFixed(1)}"/>${arcs}</g>`;
}

const meanings: Readonly<Record<Standing, string>> = {
  runs: "running",
  moves: "on its way",
  rests: "at rest",
  fails: "failed or unreachable",
};

const legend = () =>
  html`<p class="legend">${standings.map((standing) => html`<span class="${standing}">${meanings[standing]}</span> `)}</p>`;

function listed([code, machines]: [string, Machine[]]): Markup {
  const city = known.find((one) => one.code === code)?.name ?? "not on the map";
  return html`<li><b>${code}</b> <small>${city}</small> ${stateChips(machines)}</li>\n`;
}
