import { html, type Markup, nothing } from "./markup.ts";

interface Labelled {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly label: string;
}

interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

const letter = 8.2;
const lineHeight = 18;

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

/** The label of each point where there is room for it: near, else further away with a line to it. */
export function labelled(points: readonly Labelled[], size: { width: number; height: number }): Markup[] {
  const taken: Box[] = points.map(({ x, y, radius }) => boxAround(x, y, 2 * radius + 8, 2 * radius + 8));
  return points.map((point) => {
    const spots = [4, 16, 30, 46, 64].flatMap((away) =>
      directions.map((to) => ({ away, box: beside(point, to, away) })),
    );
    const isFree = (box: Box) =>
      box.left >= 0 &&
      box.top >= 0 &&
      box.right <= size.width &&
      box.bottom <= size.height &&
      !taken.some((other) => meet(box, other));
    const spot = spots.find(({ box }) => isFree(box)) ?? spots[0];
    if (spot === undefined) return nothing;
    taken.push(spot.box);
    return drawn(point, spot.box, spot.away > 4);
  });
}

function drawn({ x, y, label }: Labelled, { left, top, right, bottom }: Box, isAway: boolean): Markup {
  const [middle, base] = [(left + right) / 2, (top + bottom) / 2];
  const line = isAway ? html`<line class="lead" x1="${x}" y1="${y}" x2="${middle}" y2="${base}"/>` : nothing;
  return html`<g class="label">${line}<rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" rx="4"/><text x="${middle}" y="${base}">${label}</text></g>
`;
}

function beside({ x, y, radius, label }: Labelled, [right, lower]: readonly [number, number], away: number): Box {
  const width = label.length * letter + 6;
  const reach = radius + 4 + away;
  const [middle, base] = [x + right * (reach + width / 2), y + lower * (reach + lineHeight / 2)];
  return boxAround(Math.round(middle), Math.round(base), width, lineHeight);
}

const boxAround = (x: number, y: number, width: number, height: number): Box => ({
  left: x - width / 2,
  top: y - height / 2,
  right: x + width / 2,
  bottom: y + height / 2,
});

const meet = (one: Box, other: Box) =>
  one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
