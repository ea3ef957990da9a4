import { randomBytes } from "node:crypto";

/** MessagePack's spelling of what a macaroon is made of: short arrays, bytes and texts. */
const array = (...items: Buffer[]) => Buffer.concat([Buffer.from([0x90 + items.length]), ...items]);
const bytes = (value: Buffer) => Buffer.concat([Buffer.from([0xc4, value.length]), value]);
const word = (value: string) => Buffer.concat([Buffer.from([0xa0 + value.length]), Buffer.from(value)]);
const no = Buffer.from([0xc2]);

/** What a token of Fly's API names as its place (superfly/macaroon, flyio.LocationPermission). */
const location = "https://api.fly.io/v1";

/** Whoever decodes a token of the local Fly reads in it that it is none of Fly's. With this length it needs no padding. */
const keyId = Buffer.from("airworthy, local");

/**
 * A new token in the form of Fly's: nonce, location, no caveats, and random bytes where a signature would be. flyctl drops a token that
 * it cannot decode, and lists Managed Postgres with no other kind (fly-go, tokens.go; flyctl, mpg.go).
 */
export const macaroon = () => {
  const nonce = array(bytes(keyId), bytes(randomBytes(16)), no);
  return `fm2_${array(nonce, word(location), array(), bytes(randomBytes(32))).toString("base64")}`;
};
