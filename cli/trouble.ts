/** Something that a command could not do, in words for whoever called it: printed without a stack, exit code 1. */
export class Trouble extends Error {}
