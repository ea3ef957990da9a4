import type { Sighting } from "./sighting.ts";

const inProgram = "only a program shows it";
const addresses = "a fly.toml does not say which addresses the app has";
const count = "how many machines there are, and where, is not in a fly.toml";
const elsewhere = "it is met outside of the app";
const clusters = "which cluster is whose database, only a program shows";
const secrets = "which secrets the app has is not in a fly.toml";
const stack = "what is production, only the name of a stack says";
const deploy = "how a release goes out is said at the deploy, and not kept";

/**
 * Rules that a source cannot judge, and why: each would blame what is missing for what the source does not show, or
 * praise what it cannot know. All others judge.
 */
export const notJudged: Readonly<Record<Sighting["source"], Readonly<Record<string, string>>>> = {
  account: {
    "token-scope": "an organisation's tokens are not the app's; `airworthy check` asks for them",
    "data-protected": inProgram,
    "databases-protected": inProgram,
    "releases-kept": inProgram,
    "copy-off-fly": elsewhere,
    "logs-shipped": elsewhere,
    "failures-alert": elsewhere,
    "network-policy": elsewhere,
    "postgres-near-app": clusters,
    "no-immediate": deploy,
    "strategy-conditions": deploy,
    "rolling-capacity": deploy,
    "secrets-roll":
      "which version machines wait for, only a program shows; `airworthy check` looks whether they have it",
    "volume-placement": "Fly mounts no volume of another app or region",
    "non-production-sleep": stack,
  },
  "fly.toml": {
    "token-scope": "a fly.toml has no tokens",
    "token-expiry": "a fly.toml has no tokens",
    "raw-service-address": addresses,
    "flycast-without-redirect": addresses,
    "public-ports": addresses,
    "postgres-public": addresses,
    "private-address": addresses,
    "domain-certificate": "a fly.toml has no certificates",
    "two-machines": count,
    "two-regions": count,
    "two-volumes": count,
    "postgres-quorum": count,
    "volume-encrypted": "flyctl encrypts every volume that it makes from a fly.toml",
    "data-protected": inProgram,
    "databases-protected": inProgram,
    "releases-kept": inProgram,
    "copy-off-fly": elsewhere,
    "logs-shipped": elsewhere,
    "failures-alert": elsewhere,
    "network-policy": elsewhere,
    "metrics-collected": secrets,
    "postgres-near-app": clusters,
    "secrets-roll": secrets,
    "oidc-over-keys": secrets,
    "volume-placement": count,
    "one-image": "a fly.toml names one image at most",
    "environments-apart": "a fly.toml does not say whose the app is",
    "non-production-sleep": stack,
    budget: count,
    "paid-extras": count,
  },
};
