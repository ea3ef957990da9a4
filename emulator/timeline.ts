import { allPass, type Checked, type Conditions, nextResultChange } from "./machine-check.ts";
import type { Config, Machine } from "./record.ts";
import type { World } from "./state.ts";

/** What a machine was from a moment on, as far as it matters to who is served. */
export interface TimelineEntry {
  /** Milliseconds since 1970, at Fly. */
  at: number;
  machine: string;
  region: string;
  state: string;
  cordoned: boolean;
  /** It runs and all its checks pass, or it has none. */
  passing: boolean;
  /** The label of Airworthy's, or flyctl's. */
  group: string;
  slot: string;
  /** It is destroyed, for good. */
  gone: boolean;
}

/** What was noted of a machine: what its checks said follows from it. */
interface Mark extends Checked {
  at: number;
  id: string;
  app: string;
  region: string;
  state: string;
  cordoned: boolean;
  gone: boolean;
}

/** What all checks depend on, since then. */
interface Change extends Conditions {
  at: number;
}

/** So many marks are kept at most; then the older half goes, but for what each machine was last. */
const mostMarks = 20_000;

/** A check that flaps for ever is followed so far. */
const mostChanges = 10_000;

/**
 * What each machine was at each moment. Noted is only what changed; what its checks said in between is computed when
 * somebody asks. Kept in memory: it begins with the process.
 */
export class Timeline {
  readonly #world: World;
  #marks: Mark[] = [];
  #changes: Change[] = [];
  readonly #last = new Map<string, Mark>();

  constructor(world: World) {
    this.#world = world;
  }

  clear(): void {
    this.#marks = [];
    this.#changes = [];
    this.#last.clear();
  }

  /** Notes what a machine is from that moment on. */
  note(machine: Machine, at: number, gone = machine.state === "destroyed"): void {
    const last = this.#last.get(machine.id);
    if (last !== undefined && isSame(last, machine) && last.gone === gone) return;
    const { id, app, region, state, cordoned, config, scripted, startedAt } = machine;
    const mark = { at, id, app, region, state, cordoned, config, scripted, startedAt, gone };
    this.#marks.push(mark);
    if (gone) this.#last.delete(id);
    else this.#last.set(id, mark);
    if (this.#marks.length > mostMarks) this.#shorten();
  }

  /** Notes that checks may say something else from that moment on. */
  conditionsChanged(at: number): void {
    const { failing, flapping } = this.#world.platform;
    const last = this.#changes.at(-1)?.platform;
    if (`${last?.failing ?? ""} ${last?.flapping ?? ""}` === `${failing} ${flapping ?? ""}`) return;
    this.#changes.push({ at, profile: this.#world.profile, platform: { failing, flapping } });
  }

  /** An app's entries in the order of time. What was so at `since` comes first. */
  entries(app: string, since = 0): TimelineEntry[] {
    const marks = Map.groupBy(
      this.#marks.filter((mark) => mark.app === app),
      ({ id }) => id,
    );
    const entries = [...marks.values()].flatMap((own) => this.#entriesOf(own));
    const before = Map.groupBy(
      entries.filter(({ at }) => at < since),
      ({ machine }) => machine,
    );
    const then = [...before.values()].flatMap((own) => own.slice(-1)).filter(({ gone }) => !gone);
    const later = entries.filter(({ at }) => at >= since).sort((a, b) => a.at - b.at);
    return [...then.map((entry) => ({ ...entry, at: since })), ...later];
  }

  /** One machine's: each mark, and what changed before the next. */
  #entriesOf(marks: Mark[]): TimelineEntry[] {
    const { profile, clock } = this.#world;
    const calm = { at: Number.NEGATIVE_INFINITY, profile, platform: { failing: [], flapping: [] } };
    const conditions: Change[] = [calm, ...this.#changes];
    const entries: TimelineEntry[] = [];
    const add = (mark: Mark, at: number, under: Conditions) => {
      const entry = entryOf(mark, at, under);
      if (!isAlike(entries.at(-1), entry)) entries.push(entry);
    };
    for (const [index, mark] of marks.entries()) {
      const end = marks[index + 1]?.at ?? clock.now() + 1;
      const ruling = conditions.findLastIndex(({ at }) => at <= mark.at);
      for (const [later, under] of conditions.slice(ruling).entries()) {
        if (later > 0 && under.at >= end) break;
        const until = Math.min(end, conditions[ruling + later + 1]?.at ?? end);
        let at: number | undefined = Math.max(mark.at, under.at);
        for (let steps = 0; at !== undefined && (at < until || steps === 0) && steps < mostChanges; steps++) {
          add(mark, at, under);
          at = mark.state === "started" ? nextResultChange(under, mark, at) : undefined;
        }
      }
    }
    return entries;
  }

  #shorten(): void {
    const cut = this.#marks.length >> 1;
    const kept = new Map(this.#marks.slice(0, cut).map((mark) => [mark.id, mark]));
    this.#marks = [...[...kept.values()].filter(({ gone }) => !gone), ...this.#marks.slice(cut)];
  }
}

const isSame = (mark: Mark, { state, cordoned, config, scripted, startedAt }: Machine) =>
  mark.state === state &&
  mark.cordoned === cordoned &&
  mark.config === config &&
  mark.scripted === scripted &&
  mark.startedAt === startedAt;

const isAlike = (before: TimelineEntry | undefined, entry: TimelineEntry) =>
  before !== undefined && JSON.stringify({ ...before, at: entry.at }) === JSON.stringify(entry);

function entryOf({ id, region, state, cordoned, gone, ...mark }: Mark, at: number, under: Conditions): TimelineEntry {
  const { metadata = {} } = mark.config;
  const passing = !gone && state === "started" && allPass(under, mark, at);
  const group = groupOf(mark);
  return { at, machine: id, region, state, cordoned, passing, group, slot: metadata["airworthy_slot"] ?? "", gone };
}

/** The group that a machine says it is of; empty where it says none. */
export const groupOf = ({ config: { metadata = {} } }: { config: Config }): string =>
  metadata["airworthy_group"] ?? metadata["fly_process_group"] ?? "";
