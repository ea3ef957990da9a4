import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import type { Problem } from "./lifecycle.ts";
import { type Properties, unknown } from "./value.ts";

/** What is wrong with an uploaded certificate and its key; never a word of either. */
export function pemProblems({ fullchain, privateKey, hostname }: Properties): Problem[] {
  if (fullchain === undefined && privateKey === undefined) return [];
  if (fullchain === undefined) return [{ path: ["fullchain"], message: "is required beside privateKey" }];
  if (privateKey === undefined) return [{ path: ["privateKey"], message: "is required beside fullchain" }];
  const certificate = fullchain === unknown ? undefined : leafOf(fullchain);
  const key = privateKey === unknown ? undefined : keyOf(privateKey);
  if (certificate === null)
    return [{ path: ["fullchain"], message: "must be a PEM certificate, followed by its chain" }];
  if (key === null) return [{ path: ["privateKey"], message: "must be a PEM private key without a passphrase" }];
  if (certificate && key && !certificate.checkPrivateKey(key)) {
    return [{ path: ["privateKey"], message: "is not the key of the first certificate in fullchain" }];
  }
  return certificate && typeof hostname === "string" && hostname !== unknown && !isFor(certificate, hostname)
    ? [{ path: ["fullchain"], message: "is for other names than hostname, so no browser would accept it" }]
    : [];
}

/** The certificate itself, which comes before its chain; `null` where there is none. */
export function leafOf(fullchain: unknown): X509Certificate | null {
  try {
    return new X509Certificate(String(fullchain));
  } catch {
    return null;
  }
}

function keyOf(pem: unknown): KeyObject | null {
  try {
    return createPrivateKey(String(pem));
  } catch {
    return null;
  }
}

/** A wildcard is asked for by one of the names it stands for. */
const isFor = (certificate: X509Certificate, hostname: string) =>
  certificate.checkHost(hostname.replace("*", "any")) !== undefined;
