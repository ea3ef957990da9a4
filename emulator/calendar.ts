import type { Collection } from "./collection.ts";
import type { Mover } from "./record.ts";

/** A collection of whatever noun: what goes in must be known to be of that noun. */
export type AnyCollection = Collection<never>;

interface Due {
  mover: Mover;
  at: number;
}

/** When a record next changes by itself. */
const momentOf = ({ due = Number.POSITIVE_INFINITY, goneAt = Number.POSITIVE_INFINITY }: Mover) =>
  Math.min(due, goneAt);

/** The records that change by themselves, and which of them does so next. */
export class Calendar {
  readonly #moving = new Map<Mover, AnyCollection>();
  /** A binary heap. What was moved to another time since, or is forgotten, stays in it until it comes up. */
  #heap: Due[] = [];

  clear(): void {
    this.#moving.clear();
    this.#heap = [];
  }

  /** Notes when a record changes, or that it does not any more. Answers when that is. */
  track(collection: AnyCollection, mover: Mover): number {
    const at = momentOf(mover);
    if (at === Number.POSITIVE_INFINITY) this.#moving.delete(mover);
    else {
      this.#moving.set(mover, collection);
      this.#push({ mover, at });
    }
    return at;
  }

  forget(mover: Mover): void {
    this.#moving.delete(mover);
  }

  collectionOf(mover: Mover): AnyCollection | undefined {
    return this.#moving.get(mover);
  }

  /** What changes first. */
  earliest(): Due | undefined {
    for (;;) {
      const [first] = this.#heap;
      if (first === undefined) return undefined;
      if (this.#moving.has(first.mover) && momentOf(first.mover) === first.at) return first;
      this.#pop();
    }
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let place = heap.length;
    while (place > 0) {
      const above = (place - 1) >> 1;
      const parent = heap[above] as Due;
      if (parent.at <= due.at) break;
      heap[place] = parent;
      place = above;
    }
    heap[place] = due;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop() as Due;
    if (heap.length === 0) return;
    let place = 0;
    for (;;) {
      let below = 2 * place + 1;
      if (below + 1 < heap.length && (heap[below + 1] as Due).at < (heap[below] as Due).at) below++;
      const child = heap[below];
      if (child === undefined || child.at >= last.at) break;
      heap[place] = child;
      place = below;
    }
    heap[place] = last;
  }
}
