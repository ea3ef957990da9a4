import type { Report } from "../../../cli/report/report.ts";
import type { Finding } from "../../../cli/report/summary.ts";
import { catalogue } from "../../../policies/catalogue.ts";

/** Reports as the commands make them, to be printed in every format. */

const ruleOf = (slug: string) => {
  const rule = catalogue.find((one) => one.slug === slug);
  if (rule === undefined) throw new Error(`no rule ${slug}`);
  return rule;
};

/** A finding as `recordOf` makes it, with the fix for the component. */
export function finding(slug: string, said: string, more: Partial<Finding> = {}): Finding {
  const { id, priority, fix } = ruleOf(slug);
  const subject = more.subject ?? "group web of app shop";
  const judged = more.state === undefined || more.state === "violated" || more.state === "exempted";
  return {
    rule: id,
    slug,
    priority,
    level: priority === "P1" ? "mandatory" : "advisory",
    state: "violated",
    urn: "urn:pulumi:dev::shop::airworthy:index:ProductionApp$airworthy:index:ProcessGroup::shop-web",
    resource: "shop-web",
    subject,
    message: `${id} ${subject}: ${said}${judged ? `. Fix: ${fix.component}.` : "."}`,
    ...more,
  };
}

const exempted = { reason: "Logs move to the team's Loki with the next release", owner: "ana", until: "2027-02-01" };

/** Broken, exempted and unjudged at every priority, with checks and regions. */
export const full: Report = {
  version: 1,
  about: "stack dev of airworthy-shop",
  source: "program",
  at: "2026-11-23T19:13:00.000Z",
  profile: "production",
  outcome: "not ready",
  judged: catalogue.filter(({ kind }) => kind === "static").map(({ id }) => id),
  findings: [
    finding("image-tag", "image is `shop`; want a tag or a digest"),
    finding("two-regions", "slots has 2 machines in one region; want at least 2 regions", {
      location: { file: "index.ts", line: 12 },
    }),
    finding("two-regions", "slots has 4 machines in one region; want at least 2 regions", {
      subject: "group api of app shop",
      resource: "shop-api",
      location: { file: "index.ts", line: 31 },
    }),
    finding("service-check", "config.services[0].checks is not set; want a check", {
      location: { file: "infra/my app.ts", line: 3 },
    }),
    finding("logs-shipped", "log shipping of app shop is not in the program, nor attested; want one", {
      state: "exempted",
      subject: "app shop",
      exempted,
    }),
    finding("stop-signal", "could not be judged: config.stopConfig is not known yet", { state: "unjudged" }),
  ],
  checks: [
    { name: "Fly API", rule: ruleOf("fly-api").id, status: "PASS", detail: "https://api.machines.dev answered 200" },
    { name: "API Token Set", rule: ruleOf("token-set").id, status: "PASS", detail: "FLY_API_TOKEN" },
    { name: "Platform Status", rule: ruleOf("platform-status").id, status: "FAIL", detail: "indicator is major" },
    {
      name: "Certificates",
      rule: ruleOf("certificates-active").id,
      status: "WARN",
      detail: "shop.example.com ends in 12 days",
    },
    { name: "Utilisation", status: "SKIP", detail: "no metrics" },
    { name: "Snapshots", status: "SKIP", detail: "no volumes" },
    { name: "Volume Fill", status: "SKIP", detail: "no metrics" },
  ],
  regions: [
    { code: "ams", machines: 2 },
    { code: "cdg", machines: 1 },
    { code: "fra", machines: 2, running: 2 },
    { code: "gru", machines: 1 },
    { code: "iad", machines: 3, running: 2 },
    { code: "lhr", machines: 2 },
    { code: "nrt", machines: 2 },
    { code: "ord", machines: 1 },
    { code: "qqq", machines: 1 },
    { code: "sin", machines: 12, running: 12 },
  ],
};

/** What `airworthy check` finds of an app that is fine. */
export const checked: Report = {
  ...full,
  about: "app shop at Fly.io",
  source: "check",
  outcome: "ready",
  judged: [],
  findings: [],
  checks: full.checks.filter(({ status }) => status !== "FAIL"),
};

/** Names that want to be markup, mention somebody, or drive a terminal. */
export const hostileName =
  "<script>alert(1)</script>\"'><img src=x onerror=alert(2)> | `x` **b** @octocat #12 https://evil.example/ \u001b[31mred\u202e [a](javascript:alert(3))";

/** {@link full} with {@link hostileName} wherever a name can stand. */
export const hostile: Report = {
  ...full,
  about: hostileName,
  profile: hostileName,
  findings: full.findings.map((one) => ({
    ...one,
    urn: `${one.urn}${hostileName}`,
    resource: hostileName,
    subject: hostileName,
    path: hostileName,
    message: `${one.rule} ${hostileName}: is bad.`,
    ...(one.exempted && { exempted: { ...exempted, reason: hostileName, owner: hostileName, until: hostileName } }),
    ...(one.location && { location: { file: `${hostileName}.ts`, line: 1 } }),
  })),
  checks: full.checks.map((check) => ({ ...check, name: hostileName, detail: hostileName })),
  regions: [...full.regions, { code: hostileName, machines: 1 }],
};
