import type { Group, Release } from "./stack.ts";

/** Parts of a config that hold no secret: what they are to become is shown. Of the others only that they change. */
const open = new Set(["image", "guest", "mounts", "restart", "stopConfig", "autoDestroy", "metrics"]);

/** What a group's config becomes, a line a place, without a value that may be secret. */
export function changesTo({ secrets }: Group, from: Release, to: Release): string[] {
  const [before, after] = [leavesOf(from), leavesOf(to)];
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  return paths.flatMap((path) => {
    const [old, next] = [before.get(path), after.get(path)];
    if (JSON.stringify(old?.value) === JSON.stringify(next?.value)) return [];
    const { keys } = (next ?? old) as Leaf;
    const isShown = isOpen(keys, old?.value ?? next?.value) && !isSecret(keys, secrets);
    const place = pathText(keys);
    if (next === undefined) return [`- ${place}`];
    if (!isShown) return [old === undefined ? `+ ${place}` : `~ ${place}: changed`];
    return [old === undefined ? `+ ${place}: ${text(next)}` : `~ ${place}: ${text(old)} => ${text(next)}`];
  });
}

interface Leaf {
  keys: string[];
  value: unknown;
}

function leavesOf({ config, imageDigest, raw = {} }: Release): Map<string, Leaf> {
  const isExact = imageDigest === undefined || config.image.includes("@");
  const image = isExact ? config.image : `${config.image}@${imageDigest}`;
  return new Map(leaves({ config: { ...config, image }, raw }, []).map((leaf) => [leaf.keys.join("\0"), leaf]));
}

const leaves = (value: unknown, keys: string[]): Leaf[] =>
  value !== null && typeof value === "object"
    ? Object.entries(value).flatMap(([key, item]) => leaves(item, [...keys, key]))
    : [{ keys, value }];

function isOpen([root, top = ""]: string[], value: unknown): boolean {
  if (root !== "config") return false;
  // Of a service or a check its ports and numbers; its headers may have a token.
  return open.has(top) || (["services", "checks"].includes(top) && typeof value !== "string");
}

const isSecret = (keys: string[], secrets: ReadonlySet<string>) =>
  keys.some((_, length) => secrets.has(keys.slice(0, length + 1).join(".")));

const text = ({ value }: Leaf) => String(value);

const pathText = (keys: string[]) =>
  keys
    .map((key, index) =>
      /^\d+$/.test(key) ? `[${key}]` : /^[A-Za-z_]\w*$/.test(key) ? `${index === 0 ? "" : "."}${key}` : `["${key}"]`,
    )
    .join("");
