import type { Reading } from "./reading.ts";

/** The words that a machine is told to run; what the image says by itself is not among them. */
export function commandOf(config: Reading): Reading[] {
  const init = config.at("init");
  const exec = init.at("exec").list();
  // It replaces both of the others (fly/api.md §9).
  return exec.length > 0 ? exec : [...init.at("entrypoint").list(), ...init.at("cmd").list()];
}

const shell = /(^|\/)(sh|ash|dash|bash|zsh)$/;

/** The script of `sh -c "…"`; `undefined` where the words are another command. */
export function scriptOf([first, ...rest]: readonly Reading[]): Reading | undefined {
  if (!shell.test(first?.text() ?? "")) return undefined;
  const flag = rest.findIndex((word) => /^-[a-z]*c$/.test(word.text() ?? ""));
  return flag < 0 ? undefined : rest[flag + 1];
}
