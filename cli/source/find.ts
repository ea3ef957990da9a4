import type { Priority } from "../../policies/rule.ts";

/** A place that holds a secret, or would let one in. Never has the value. */
export interface Find {
  /** From 1. */
  readonly line: number;
  /** What is there, as the end of a sentence that begins with the place. */
  readonly what: string;
  /** @default "P1" */
  readonly priority?: Priority;
}

/** Line of a place in a text. */
export const lineAt = (text: string, index: number): number => text.slice(0, index).split("\n").length;
