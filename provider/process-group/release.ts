import { FlyError } from "../../fly/errors.ts";
import { keepsImage, mostCommon } from "../machine/image.ts";
import type { Properties, Value } from "../value.ts";
import { type Fleet, imagesOf } from "./fleet.ts";
import type { GroupInputs } from "./schema.ts";

/** A release as the state keeps it, for going back to it. What is optional was not kept by earlier versions of this. */
export interface Release {
  /** Number of the release, which counts the group's own. */
  version: number;
  /** When it was complete, ISO 8601. */
  at?: string;
  image?: string;
  /** What the image's name stood for then: a tag may be given to another image. */
  imageDigest?: string;
  config: GroupInputs["config"];
  raw?: GroupInputs["raw"];
  minSecretsVersion?: number;
  strategy?: string;
  /** The release that this one brought back. */
  ofRelease?: number;
}

/** The releases that the state keeps, newest first. */
export const releasesIn = (outputs: Properties | undefined): Release[] =>
  (outputs?.["releases"] ?? []) as unknown as Release[];

/** Number of the next release. One that failed was none, so it skips no number. */
export const nextVersion = (outputs: Properties | undefined): number =>
  Math.max(0, ...releasesIn(outputs).map(({ version }) => version)) + 1;

/** The image a group runs: where it keeps what runs, the one that most of its machines have. */
export const imageOfRelease = (inputs: GroupInputs, fleet: Fleet): string =>
  keepsImage(inputs.config)
    ? (mostCommon(Object.values(imagesOf(fleet, inputs.slots))) ?? inputs.config.image)
    : inputs.config.image;

/**
 * The releases to keep once another is complete, newest first: as many as are wanted, and the one at which the group is
 * held. Their config may hold secrets, so they are one.
 */
export function releasesWith(
  inputs: GroupInputs,
  fleet: Fleet,
  version: number,
  before: Properties | undefined,
): Value {
  const earlier = releasesIn(before).filter((release) => release.version !== version);
  const known = releasesIn(before).find((release) => release.version === version);
  const all = [releaseOf(inputs, fleet, version, known), ...earlier];
  const kept = all.filter((release, index) => index < inputs.deploy.keepReleases || release.version === inputs.pin);
  return kept as unknown as Value;
}

function releaseOf(inputs: GroupInputs, fleet: Fleet, version: number, known: Release | undefined): Release {
  const { raw, minSecretsVersion, pin, deploy } = inputs;
  const image = imageOfRelease(inputs, fleet);
  const digests = [...fleet.bySlot.values()].flatMap((machine) => machine.image_ref?.digest || []);
  const imageDigest = mostCommon(digests);
  // What an update that is no release adds to the same one, such as machines, leaves its beginnings as they were.
  const { at, strategy, ofRelease } = known ?? {
    at: new Date().toISOString(),
    strategy: deploy.strategy,
    ofRelease: pin,
  };
  return {
    version,
    ...(at !== undefined && { at }),
    image,
    ...(imageDigest !== undefined && { imageDigest }),
    config: { ...inputs.config, image },
    ...(raw !== undefined && { raw }),
    ...(minSecretsVersion !== undefined && { minSecretsVersion }),
    ...(strategy !== undefined && { strategy }),
    ...(ofRelease !== undefined && { ofRelease }),
  };
}

/**
 * What is in force: image, config and `raw` of the release at which `airworthy:pins` holds the group, and all else as the
 * program says it; the secrets are those of now. Without a pin the inputs as they are.
 */
export function effectiveInputs(inputs: GroupInputs, outputs: Properties | undefined): GroupInputs {
  const { pin, raw: _, ...rest } = inputs;
  if (pin === undefined) return inputs;
  const does = `hold group ${inputs.name} of app ${inputs.app} at release ${pin}, as airworthy:pins says`;
  const kept = releasesIn(outputs);
  const release = kept.find(({ version }) => version === pin);
  if (release === undefined) throw new FlyError("invalid", does, notKept(kept));
  refuseOtherMounts(does, inputs, release);
  const runs = (outputs?.["release"] as { version?: number } | undefined)?.version === pin;
  const image = runs ? release.config.image : exactImage(release);
  const { raw } = release;
  return { ...rest, pin, config: { ...release.config, image }, ...(raw !== undefined && { raw }) };
}

function notKept(kept: readonly Release[]): string {
  const numbers = kept.map(({ version }) => version).sort((one, other) => one - other);
  const which = numbers.length === 0 ? "no release of it is kept" : `the releases kept are ${numbers.join(", ")}`;
  return `${which}. Take one of them with \`airworthy rollback\`, or end it with \`airworthy rollback --lift\``;
}

/** A release with a mount cannot come back on slots without volumes, nor one without on slots that have them. */
function refuseOtherMounts(does: string, { slots, config }: GroupInputs, release: Release): void {
  // In a preview the slots, or the config, may be unknown as a whole.
  if (!Array.isArray(slots) || typeof config === "string") return;
  const had = (release.config.mounts ?? []).length > 0;
  const has = slots.some(({ volume }) => volume !== undefined);
  if (had === has) return;
  const what = had
    ? "it mounted a volume, and the slots have none now"
    : "it had no mount, and the slots have volumes now";
  throw new FlyError("invalid", does, `${what}. Change the program back instead`);
}

/** The image that the name stood for: tag and digest, as flyctl writes them (imgsrc, DeploymentImage). */
const exactImage = ({ config: { image }, imageDigest }: Release): string =>
  imageDigest === undefined || image.includes("@") ? image : `${image}@${imageDigest}`;
