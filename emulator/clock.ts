/** Where the clock has been moved to, as it is kept on disk. In milliseconds. */
export interface ClockSetting {
  skipped: number;
  advanced: number;
}

/**
 * Time of the local Fly: the machine's own, plus what it was moved by.
 * `skip` is for waits that nobody should sit through; `advance` is somebody's wish that time had passed.
 * A lease ages with `attended` time only: its holder renews it every few real seconds and cannot know of a skip.
 */
export class Clock {
  /** Whether waits move the clock. Otherwise they take their time. */
  readonly virtual: boolean;
  #setting: ClockSetting;

  constructor(virtual: boolean, setting: ClockSetting = { skipped: 0, advanced: 0 }) {
    this.virtual = virtual;
    this.#setting = { ...setting };
  }

  get setting(): ClockSetting {
    return { ...this.#setting };
  }

  /** Milliseconds since 1970. */
  now(): number {
    return this.attended() + this.#setting.skipped;
  }

  /** The same without what waits skipped. */
  attended(): number {
    return Date.now() + this.#setting.advanced;
  }

  /** Moves time on to that moment, which leases do not notice. */
  skipTo(moment: number): void {
    this.#setting.skipped += Math.max(0, Math.ceil(moment - this.now()));
  }

  /** Lets that many milliseconds pass for everything, leases too. */
  advance(ms: number): void {
    this.#setting.advanced += ms;
  }

  /** Puts the clock, of leases too, where it stood once. */
  setTo({ attended, skipped }: { attended: number; skipped: number }): void {
    this.#setting = { skipped, advanced: attended - Date.now() };
  }

  /** Is there by that moment: at once in virtual time, else by waiting. Ends early when the signal fires. */
  async until(moment: number, signal: AbortSignal): Promise<void> {
    if (this.virtual) return this.skipTo(moment);
    const ms = moment - this.now();
    if (ms <= 0 || signal.aborted) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal.addEventListener("abort", done);
    });
  }
}

/** A moment as Fly writes it. */
export const rfc3339 = (moment: number) => new Date(moment).toISOString();
