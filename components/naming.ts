import { createHash } from "node:crypto";

/**
 * Name of the Fly app where the program gives none: `<project>-<stack>-<7 hex digits>`, at most 63 characters. The
 * digits are a digest of project, stack and the component's name and of nothing else: not of the whole URN, because a
 * component given another parent would lose its app, and not of the organisation, because a stack moved to another
 * backend would.
 */
export const defaultAppName = (project: string, stack: string, name: string): string =>
  withDigits(`${project}-${stack}`, project, stack, name);

/** A readable name of at most 63 characters that nobody else gives, by the digits at its end. */
export function withDigits(text: string, ...of: string[]): string {
  const digits = createHash("sha256").update(of.join("/")).digest("hex").slice(0, 7);
  const readable = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 63 - 1 - digits.length)
    .replace(/-$/, "");
  return `${readable || "app"}-${digits}`;
}

/** Name of the volume of a slot, in the letters Fly permits: group `cache`, slot `iad-0` is `cache_iad_0`. */
export const volumeName = (group: string, slot: string): string => `${group}_${slot}`.replaceAll("-", "_");

/** Fly's limit on the length of a volume's name (Machines API reference, volumes). */
export const volumeNameLength = 30;
