import { regions as table } from "../../fly/regions.ts";
import { across, down, land, mapSize, margin, unit } from "../../fly/world.ts";
import { type Markup, markup, nothing } from "./markup.ts";
import type { Report } from "./report.ts";
import { counted } from "./summary.ts";

type Region = Report["regions"][number];

/** Units of the drawing between two points of land. */
const { width, height } = mapSize;
const radius = 6;
const letter = 8.2;
const lineHeight = 18;

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly region: Region;
  readonly city: string;
}

/** The regions in use on a map of the world, and Fly's others as small points; nothing where none is known. */
export function regionMap(used: readonly Region[]): Markup {
  const points = table.flatMap(({ code, name, latitude, longitude }): Point[] => {
    const region = used.find((one) => one.code === code);
    return region ? [{ x: across(longitude), y: down(latitude), region, city: name }] : [];
  });
  if (points.length === 0) return nothing;
  const codes = new Set(points.map(({ region }) => region.code));
  const others = table.filter(({ code }) => !codes.has(code));
  const said = points.map(({ region, city }) => `${city}: ${machinesOf(region)}`).join("; ");
  return markup`<svg class="map" viewBox="0 0 ${width} ${height}" role="img" aria-label="Map of the world. ${said}.">
<path class="land" d="${dots()}"/>
${others.map(({ latitude, longitude }) => markup`<circle class="other" cx="${across(longitude)}" cy="${down(latitude)}" r="3"/>`)}
${labelled(points)}
</svg>`;
}

/** `2 machines`, `1 of 2 machines runs`. */
export function machinesOf({ machines, running = machines }: Region): string {
  if (running === machines) return counted(machines, "machine");
  return `${running} of ${counted(machines, "machine")} running`;
}

const countOf = ({ machines, running = machines }: Region) =>
  running === machines ? `${machines}` : `${running}/${machines}`;

/** A line from the first to the last point of land beside each other: its dashes, of no length and round, are the points. */
function dots(): string {
  return land
    .flatMap((line, row) =>
      [...line.matchAll(/#+/g)].map(({ index, 0: run }) => {
        const from = margin + index * unit;
        return `M${from} ${margin + row * unit}h${(run.length - 1) * unit + 0.1}`;
      }),
    )
    .join("");
}

/** Each point with its name where there is room for it: near, else further away with a line to it. */
function labelled(points: readonly Point[]): Markup[] {
  const taken: Box[] = points.map(({ x, y }) => around(x, y));
  return points.map((point) => {
    const { region } = point;
    const label = `${region.code} ${countOf(region)}`;
    const size = { width: label.length * letter + 6, height: lineHeight };
    const spots = [4, 16, 30, 46].flatMap((away) =>
      directions.map((to) => ({ box: beside(point, size, to, away), away })),
    );
    const spot = spots.find(({ box }) => inside(box) && !taken.some((other) => overlap(box, other))) ?? spots[0];
    if (spot === undefined) return nothing;
    taken.push(spot.box);
    return drawn(point, label, spot.box, spot.away > 4);
  });
}

function drawn({ x, y, region, city }: Point, label: string, box: Box, isAway: boolean): Markup {
  const [middle, base] = [box.x + box.width / 2, box.y + box.height / 2];
  const line = isAway ? markup`<line class="lead" x1="${x}" y1="${y}" x2="${middle}" y2="${base}"/>` : nothing;
  const kind = (region.running ?? region.machines) < region.machines ? "place short" : "place";
  return markup`<g class="${kind}"><title>${city}: ${machinesOf(region)}</title>${line}<circle cx="${x}" cy="${y}" r="${radius}"/>
<rect class="plate" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" rx="4"/><text x="${middle}" y="${base}">${label}</text></g>`;
}

/** Where a label may stand, as parts of the way right and down; the first that has room is taken. */
const directions: readonly (readonly [number, number])[] = [
  [1, 0],
  [-1, 0],
  [0, -1],
  [0, 1],
  [1, -1],
  [1, 1],
  [-1, -1],
  [-1, 1],
];

function beside(
  { x, y }: Point,
  size: { width: number; height: number },
  to: readonly [number, number],
  away: number,
): Box {
  const [right, lower] = to;
  const reach = radius + away;
  return {
    x: Math.round(x + right * reach - (right === 1 ? 0 : right === -1 ? size.width : size.width / 2)),
    y: Math.round(y + lower * reach - (lower === 1 ? 0 : lower === -1 ? size.height : size.height / 2)),
    ...size,
  };
}

const around = (x: number, y: number): Box => ({
  x: x - radius,
  y: y - radius,
  width: 2 * radius,
  height: 2 * radius,
});

const overlap = (one: Box, other: Box) =>
  one.x < other.x + other.width &&
  other.x < one.x + one.width &&
  one.y < other.y + other.height &&
  other.y < one.y + one.height;

const inside = ({ x, y, width: wide, height: high }: Box) =>
  x >= 0 && y >= 0 && x + wide <= width && y + high <= height;
