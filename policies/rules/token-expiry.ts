import { defineRule } from "../rule.ts";
import { deployTokensOf } from "../view.ts";

const dayMs = 86_400_000;
// What DeployToken gives where nothing is said (resources/deploy-token.ts).
const daysByDefault = 90;

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
  settings: {
    days: { type: "number", default: 90, minimum: 1, maximum: 365, description: "Longest validity, in days." },
  },
  subjects: deployTokensOf,
  *check({ read }, { settings }) {
    const expiry = read.at("expiresIn");
    const days = (expiry.ms() ?? daysByDefault * dayMs) / dayMs;
    if (days <= settings.days) return;
    const found = expiry.present ? `is ${Math.ceil(days)} days` : `is not set, which means ${daysByDefault} days`;
    yield { path: expiry.path, found, wanted: `at most ${settings.days} days` };
  },
});
