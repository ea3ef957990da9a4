/** `[major, minor, patch]` of "v3.259.0", "go1.26.8" or "22.18"; undefined where there is no number. */
export function parseVersion(text) {
  const match = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(text);
  return match ? [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)] : undefined;
}

/** Whether `text` names a version that is `minimum` or later; an unreadable one does not. */
export function isAtLeast(text, minimum) {
  const have = parseVersion(text);
  const want = parseVersion(minimum);
  if (!have) return false;
  const i = have.findIndex((part, at) => part !== want[at]);
  return i === -1 || have[i] > want[i];
}
