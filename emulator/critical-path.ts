import type { JournalEntry } from "./store.ts";

/** A call of the chain, with its share of it. */
interface Stage {
  seq: number;
  operation: string;
  path: string;
  /** When it began, in milliseconds after the first call began. */
  startMs: number;
  /** How much of the chain's time it and what it set off account for. */
  ms: number;
}

/** How long what was served took, and how long it had to take. In milliseconds at Fly. */
export interface CriticalPath {
  elapsedMs: number;
  bestMs: number;
  /** What `bestMs` is made of. */
  calls: Stage[];
}

const beginOf = ({ at, ms }: JournalEntry) => Date.parse(at) - ms;

const appOf = ({ path }: JournalEntry) => /^\/v1\/apps\/([^/]+)/.exec(path)?.[1] ?? "";

/** What a call was about: the machine or other thing, otherwise its app. */
const subjectOf = (entry: JournalEntry) => entry.subject || appOf(entry);

/**
 * The longest chain of calls that had to wait for each other, for which nobody's schedule of the same calls is shorter.
 * Calls about one thing go in their order, those about an app before its machines and volumes; whatever else was only
 * done in turns might have been done at once. A call counts as long as it took, and as long as what it set off takes.
 */
export function criticalPath(entries: readonly JournalEntry[]): CriticalPath {
  if (entries.length === 0) return { elapsedMs: 0, bestMs: 0, calls: [] };
  const begin = entries.reduce((least, entry) => Math.min(least, beginOf(entry)), Number.POSITIVE_INFINITY);
  const end = entries.reduce((most, { at }) => Math.max(most, Date.parse(at)), 0);
  const bySubject = Map.groupBy(entries, subjectOf);
  let best: { length: number; stages: Stage[] } = { length: -1, stages: [] };
  for (const [subject, calls] of bySubject) {
    const [first] = calls as [JournalEntry];
    const app = appOf(first);
    const before = subject === app ? [] : (bySubject.get(app) ?? []).filter(({ seq }) => seq < first.seq);
    const stages = stagesOf([...before, ...calls], begin, end);
    const length = stages.reduce((sum, { ms }) => sum + ms, 0);
    if (length > best.length) best = { length, stages };
  }
  return { elapsedMs: end - begin, bestMs: best.length, calls: best.stages.filter(({ ms }) => ms > 0) };
}

/** The time that each call of a chain adds to those before it. What nobody waited for to the end counts until the end. */
function stagesOf(chain: JournalEntry[], begin: number, end: number): Stage[] {
  const calls = chain.sort((a, b) => beginOf(a) - beginOf(b));
  let covered = begin;
  return calls.map((call, index) => {
    const from = beginOf(call);
    const answered = Date.parse(call.at);
    // What another change cut short took no longer than until then.
    const next = calls.slice(index + 1).find(({ takes }) => takes > 0);
    const setOff = Math.min(answered + call.takes, end, next === undefined ? end : beginOf(next));
    const until = Math.max(answered, setOff);
    const ms = Math.max(0, until - Math.max(from, covered));
    covered = Math.max(covered, until);
    const { seq, operation, path } = call;
    return { seq, operation, path, startMs: from - begin, ms };
  });
}
