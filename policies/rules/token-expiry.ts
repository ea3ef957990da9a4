import { type Reading, readable } from "../reading.ts";
import { defineRule, type Mend } from "../rule.ts";
import { deployTokensOf } from "../view.ts";

const dayMs = 86_400_000;
// What DeployToken gives where nothing is said (resources/deploy-token.ts).
const daysByDefault = 90;

/** A token that is to be rotated after its end is refused by the provider, so the rotation comes nearer too. */
function sooner(read: Reading, days: number): Mend[] {
  const [expiry, rotation] = [read.at("expiresIn"), read.at("rotateAfter")];
  const late = (rotation.ms() ?? 0) >= days * dayMs;
  const expires = { at: expiry.path, to: `${days}d` };
  // Two thirds of the life, as the provider has it where nothing is said.
  return late ? [expires, { at: rotation.path, to: `${days * 16}h` }] : [expires];
}

export const tokenExpiry = defineRule({
  id: "FLY-SEC-05",
  slug: "token-expiry",
  title: "Deploy tokens expire within a quarter of a year",
  priority: "P1",
  why: "A token that leaked unnoticed works until it expires, with Fly's own default for twenty years.",
  fix: {
    component: "set `deployToken.expiresIn` to 90d or less",
    resource: "set `expiresIn` to 90d or less; the token is rotated before it ends",
    flyctl: "`fly tokens create deploy --expiry 2160h`",
  },
  url: "https://fly.io/docs/security/tokens/",
  rows: ["A4"],
  level: "resource",
  // The new token is made before the old one is revoked, so its users notice nothing.
  remedy: "safe",
  settings: {
    days: { type: "number", default: 90, minimum: 1, maximum: 365, description: "Longest validity, in days." },
  },
  subjects: deployTokensOf,
  *check({ read }, { settings }) {
    const expiry = read.at("expiresIn");
    const days = (expiry.ms() ?? daysByDefault * dayMs) / dayMs;
    if (days <= settings.days) return;
    const found = expiry.present ? `is ${Math.ceil(days)} days` : `is not set, which means ${daysByDefault} days`;
    const mend = readable(() => sooner(read, settings.days));
    yield { path: expiry.path, found, wanted: `at most ${settings.days} days`, ...(mend && { mend }) };
  },
});
