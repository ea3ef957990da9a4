import { generateKeyPairSync, sign } from "node:crypto";

const der = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
};
const sequence = (...parts: Buffer[]) => der(0x30, ...parts);
const hex = (tag: number, bytes: string) => der(tag, Buffer.from(bytes, "hex"));
const ed25519 = sequence(hex(0x06, "2b6570"));
const called = (name: string) => sequence(der(0x31, sequence(hex(0x06, "550403"), der(0x0c, Buffer.from(name)))));
const time = (moment: Date) => der(0x18, Buffer.from(`${moment.toISOString().replace(/[-:T]|\.\d+Z/g, "")}Z`));

const pem = (label: string, bytes: Buffer) =>
  `-----BEGIN ${label}-----\n${bytes.toString("base64").replace(/.{64}(?=.)/g, "$&\n")}\n-----END ${label}-----\n`;

/** A certificate that signed itself, with its key: made anew each time, so that no key lies in the repository. */
export function selfSigned(hostname: string, expires = "2099-01-01T00:00:00.000Z"): CertificatePem {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const issuer = called(`Test CA of ${hostname}`);
  const names = sequence(der(0x82, Buffer.from(hostname)));
  const body = sequence(
    der(0xa0, hex(0x02, "02")),
    hex(0x02, "01"),
    ed25519,
    issuer,
    sequence(time(new Date("2026-01-01T00:00:00Z")), time(new Date(expires))),
    called(hostname),
    publicKey.export({ format: "der", type: "spki" }),
    der(0xa3, sequence(sequence(hex(0x06, "551d11"), der(0x04, names)))),
  );
  const signature = der(0x03, Buffer.from([0]), sign(null, body, privateKey));
  return {
    fullchain: pem("CERTIFICATE", sequence(body, ed25519, signature)),
    privateKey: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
  };
}

interface CertificatePem {
  fullchain: string;
  privateKey: string;
}
