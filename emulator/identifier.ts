import { createHash, randomBytes, randomInt } from "node:crypto";

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const base36 = "0123456789abcdefghijklmnopqrstuvwxyz";

/** Random bytes in store: each call for some costs as much as the rest of a small answer. */
let drawn = Buffer.alloc(0);

function spell(alphabet: string, length: number): string {
  if (drawn.length < length) drawn = randomBytes(4096);
  let word = "";
  for (let place = 0; place < length; place++) word += alphabet[(drawn[place] ?? 0) % alphabet.length];
  drawn = drawn.subarray(length);
  return word;
}

/** 26 characters that sort by time. */
export function ulid(moment: number): string {
  let rest = Math.floor(moment);
  let time = "";
  for (let place = 0; place < 10; place++) {
    time = crockford.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time + spell(crockford, 16);
}

export const hex = (length: number) => spell("0123456789abcdef", length);
export const appId = () => spell(base36, 16);
export const tokenId = () => spell(base36, 12);
export const clusterId = () => spell(base36, 16);
export const releaseId = () => spell(base36, 16);
export const networkPolicyId = () => spell(base36, 16);
export const volumeId = () => `vol_${spell(base36, 16)}`;
export const snapshotId = () => `vs_${spell(base36, 24)}`;

/** Of images met so far: each view of a machine asks. */
const digests = new Map<string, string>();

/** Digest that an image would have: the same for the same reference, always. */
export function imageDigest(reference: string): string {
  const known = digests.get(reference);
  if (known !== undefined) return known;
  const digest = `sha256:${createHash("sha256").update(reference).digest("hex")}`;
  if (digests.size >= 1000) digests.clear();
  digests.set(reference, digest);
  return digest;
}

const first = ["aged", "bold", "calm", "dawn", "dry", "icy", "late", "misty", "quiet", "small", "still", "young"];
const second = ["brook", "cloud", "dream", "field", "frost", "lake", "moon", "pine", "river", "sky", "thunder", "wave"];

/** Name of a machine nobody named. */
export const machineName = () =>
  `${first[randomInt(first.length)]}-${second[randomInt(second.length)]}-${randomInt(1000, 10_000)}`;
