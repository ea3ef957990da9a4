import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { notJudged } from "../../../cli/audit/limit.ts";
import { rules } from "../../../policies/catalogue.ts";

// A rule that is added fails here, until somebody has decided whether an account and a fly.toml show what it looks at.
const everywhere = [
  "no-fly-tokens",
  "no-secrets-in-env",
  "no-secrets-in-files",
  "https-redirect",
  "tls-on-443",
  "modern-tls",
  "minimum-running",
  "current-region",
  "concurrency-limits",
  "request-counting",
  "autostop-with-autostart",
  "workers-without-autostop",
  "suspend-limits",
  "restart-policy",
  "volume-snapshots",
  "volume-growth",
  "data-on-volume",
  "service-check",
  "http-check",
  "check-timing",
  "worker-check",
  "stop-signal",
  "stop-timeout",
  "signal-reaches-process",
  "managed-postgres",
  "image-tag",
  "image-digest",
  "guest-size",
  "enough-memory",
  "names-and-labels",
];

const judges = {
  account: [
    ...everywhere,
    "oidc-over-keys",
    "token-expiry",
    "raw-service-address",
    "flycast-without-redirect",
    "domain-certificate",
    "two-machines",
    "two-regions",
    "volume-encrypted",
    "two-volumes",
    "postgres-quorum",
    "postgres-public",
    "one-image",
    "budget",
    "paid-extras",
    "metrics-collected",
    "public-ports",
    "private-address",
    "environments-apart",
  ],
  "fly.toml": [...everywhere, "no-immediate", "strategy-conditions", "rolling-capacity"],
};

describe.each(["account", "fly.toml"] as const)("from %s", (source) => {
  test("every rule judges, or is said not to with a reason", () => {
    const left = Object.keys(notJudged[source]);
    const judging = rules.map(({ slug }) => slug).filter((slug) => !left.includes(slug));
    expect(judging.sort()).toEqual(judges[source].toSorted());
  });

  test("what does not judge is a rule there is", () => {
    const slugs = new Set(rules.map(({ slug }) => slug));
    expect(Object.keys(notJudged[source]).filter((slug) => !slugs.has(slug))).toEqual([]);
  });
});

test("docs/audit.md has each of them with its reasons, in the order of the checklist", () => {
  const page = readFileSync(join(import.meta.dirname, "..", "..", "..", "docs", "audit.md"), "utf8");
  const { account, "fly.toml": toml } = notJudged;
  const rows = rules
    .filter(({ slug }) => account[slug] ?? toml[slug])
    .map(({ slug }) => `| [${slug}](rules/${slug}.md) | ${account[slug] ?? "judged"} | ${toml[slug] ?? "judged"} |`);
  expect(page.split("\n").filter((line) => line.startsWith("| ["))).toEqual(rows);
});
