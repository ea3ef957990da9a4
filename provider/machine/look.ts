/** Milliseconds at Fly between two looks for one machine: little at first, since a small app starts fast. */
const shortest = 250;
const longest = 3_000;

/** While what is looked for cannot be there: a process that exits at once is to be noticed all the same. */
const early = 4_000;

/** What comes more often than this is met soon enough without being looked for just then. */
const seldom = 10_000;

/** When what is looked for may come, in milliseconds at Fly. */
export interface Coming {
  /** It is not there earlier, so it is looked for less often until then. @default 0 */
  notBefore?: number;
  /** It may come each time that so much more has gone by, and is looked for most just then. @default at any time */
  every?: number;
}

/** The looks for one machine: how long it is from each to the next. */
export class Looks {
  /** When it could be over at the earliest, by this process's clock. */
  readonly soonest: number;
  readonly #pace: number;
  /** From one time that it may come to the next, by this process's clock. */
  readonly #turn: number;
  /** How many looks there were before it could be over, and since it last may have come. */
  #earlier = 0;
  #later = 0;
  /** How often it may have come by the last look. */
  #round = 0;

  /** @param pace how many times as fast as at Fly time goes */
  constructor({ notBefore = 0, every = 0 }: Coming, now: number, pace: number) {
    this.#pace = pace;
    this.soonest = now + notBefore / pace;
    this.#turn = (every < seldom ? Number.POSITIVE_INFINITY : every) / pace;
  }

  /** Milliseconds of this process's clock until the next one. */
  next(now: number): number {
    const left = this.soonest - now;
    if (left > 0) return Math.min(left, (early * 2 ** this.#earlier++) / this.#pace);
    const round = Math.floor(-left / this.#turn);
    if (round > this.#round) [this.#round, this.#later] = [round, 0];
    const turned = this.soonest + (round + 1) * this.#turn + shortest / this.#pace - now;
    return Math.min(turned, Math.min(longest, shortest * 2 ** this.#later++) / this.#pace);
  }
}
