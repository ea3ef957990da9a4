/** Something a user does to the flagship stack. Each begins where the one before ended. */
export interface Operation {
  title: string;
  command: "up" | "destroy";
  variant: Variant;
  /** What the program's secret is from then on. */
  sessionKey: string;
}

/** What differs from the root's own program. */
interface Variant {
  /** Makes image and environment of every machine others. */
  release: number;
  /** Of the groups without volumes; those with volumes are rolled. */
  strategy: "rolling" | "canary" | "bluegreen" | "immediate";
  isScaled: boolean;
}

const first: Variant = { release: 0, strategy: "rolling", isScaled: false };
const scaled: Variant = { release: 4, strategy: "rolling", isScaled: true };
const [oldKey, newKey] = ["planted-session-key", "another-session-key"];

const of = (
  title: string,
  variant: Variant,
  { command = "up", sessionKey = oldKey }: Partial<Operation> = {},
): Operation => ({ title, command, variant, sessionKey });

/** In the order in which they happen to one stack. */
export const operations: Operation[] = [
  of("create", first),
  of("update, rolling", { ...first, release: 1 }),
  of("update, canary", { ...first, release: 2, strategy: "canary" }),
  of("update, bluegreen", { ...first, release: 3, strategy: "bluegreen" }),
  of("update, immediate", { ...first, release: 4, strategy: "immediate" }),
  of("scale", scaled),
  of("secret change", scaled, { sessionKey: newKey }),
  of("destroy", scaled, { command: "destroy", sessionKey: newKey }),
];

/** The root's program as the operation has it. */
export function programOf(root: string, { release, strategy, isScaled }: Variant): string {
  const changes: [string, string][] = [
    ['LOG_LEVEL: "info"', `LOG_LEVEL: "level${release}"`],
    ["  groups: {\n", `  ${transform(strategy, isScaled)}\n  groups: {\n`],
  ];
  if (isScaled) {
    changes.push(
      ["{ iad: 2, lhr: 2, syd: 1 }", "{ iad: 3, lhr: 1, ams: 1 }"],
      ["regions: { iad: 1, lhr: 1 }", "regions: { iad: 1, lhr: 1, syd: 1 }"],
    );
  }
  return changes.reduce((text, [from, to]) => replacedIn(text, from, to), root);
}

/** The configuration with the image of that release. */
export const configurationOf = (config: string, { release }: Variant): string =>
  config.replace(/(airworthy-shop@sha256:)[0-9a-f]{64}/, `$1${String(release).repeat(64)}`);

/** What the components do not say group by group: another strategy, and a slot that moves and keeps its name. */
const transform = (strategy: string, isScaled: boolean) => `transform: {
    processGroup: ({ name, args }) => {
      if (name === "shop-cache") return undefined;
      const move = (slot) => (name === "shop-worker" && slot.name === "iad-1" ? { ...slot, region: "ord" } : slot);
      const slots = ${isScaled} ? args.slots.map(move) : args.slots;
      return { args: { deploy: { ...args.deploy, strategy: "${strategy}" }, slots } };
    },
  },`;

function replacedIn(text: string, from: string, to: string): string {
  if (!text.includes(from))
    throw new Error(`the root's index.ts has no \`${from}\` any more: the crash sweep changes it there`);
  return text.replace(from, () => to);
}
