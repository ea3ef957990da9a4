import { randomUUID } from "node:crypto";
import { z } from "zod";
import { alertsLoaded as rule } from "../../policies/rules/alerts-loaded.ts";
import { altogether, counted } from "./app.ts";
import { type Check, fail, pass, skip, type Verdict, warn } from "./check.ts";
import { asked } from "./metrics.ts";

/** Are alert rules loaded, and does what receives their alerts take one? */
export const alertsLoaded: Check = {
  name: "Alerts",
  rule,
  judge: async ({ prometheusUrl, alertmanagerUrl }, signal) => {
    if (prometheusUrl === undefined && alertmanagerUrl === undefined) {
      return skip("Fly alerts nobody; AIRWORTHY_PROMETHEUS_URL and AIRWORTHY_ALERTMANAGER_URL name what does");
    }
    return altogether(await Promise.all([rules(prometheusUrl, signal), receiver(alertmanagerUrl, signal)]));
  },
};

const [prometheusVariable, alertmanagerVariable] = ["AIRWORTHY_PROMETHEUS_URL", "AIRWORTHY_ALERTMANAGER_URL"] as const;

const Rules = z.looseObject({
  data: z.looseObject({
    groups: z.array(
      z.looseObject({ rules: z.array(z.looseObject({ name: z.string(), health: z.string().nullish() })) }),
    ),
  }),
});

/** An address below the one that a variable has, which is not printed: it may have a password in it. */
function at(base: string, path: string, variable: string): URL {
  const url = URL.parse(base.replace(/\/+$/, "") + path);
  if (url === null || !/^https?:$/.test(url.protocol)) throw new Error(`${variable} is not an address`);
  return url;
}

async function rules(base: string | undefined, signal: AbortSignal): Promise<Verdict> {
  if (base === undefined)
    return warn("no Prometheus is named whose rules could be looked at (AIRWORTHY_PROMETHEUS_URL)");
  const url = at(base, "/api/v1/rules?type=alert", prometheusVariable);
  const { status, body } = await asked(url, {}, signal);
  const parsed = Rules.safeParse(body);
  if (!parsed.success) throw new Error(`${url.origin}${url.pathname} answered ${status}, and no rules`);
  const loaded = parsed.data.data.groups.flatMap((group) => group.rules);
  if (loaded.length === 0) return fail(`no alert rule is loaded at ${url.host}`);
  const broken = loaded.filter(({ health }) => health === "err").map(({ name }) => name);
  if (broken.length > 0) return fail(`alert rules that cannot be evaluated at ${url.host}: ${broken.join(", ")}`);
  return pass(`${counted(loaded.length, "alert rule")} loaded at ${url.host}`);
}

const Alerts = z.array(
  z.looseObject({
    labels: z.record(z.string(), z.string()),
    receivers: z.array(z.looseObject({ name: z.string() })).nullish(),
  }),
);

/**
 * Sends a test alert and looks whether it is there, then ends it. Alertmanager waits before it tells anybody of a new
 * alert (`group_wait`, 30 s unless configured) and tells nobody of one that ended before that.
 */
async function receiver(base: string | undefined, signal: AbortSignal): Promise<Verdict> {
  if (base === undefined)
    return warn("no Alertmanager is named that could take a test alert (AIRWORTHY_ALERTMANAGER_URL)");
  const url = at(base, "/api/v2/alerts", alertmanagerVariable);
  const labels = { alertname: "AirworthyTest", severity: "none", id: randomUUID() };
  const send = async (endsInMs: number) => {
    const [startsAt, endsAt] = [Date.now() - 2_000, Date.now() + endsInMs].map((ms) => new Date(ms).toISOString());
    const annotations = { summary: "A test of airworthy check, which ends at once: nothing is wrong" };
    return asked(url, {}, signal, [{ labels, annotations, startsAt, endsAt }]);
  };
  const sent = await send(60_000);
  if (sent.status !== 200) return fail(`Alertmanager at ${url.host} answered ${sent.status} to a test alert`);
  try {
    const query = at(base, `/api/v2/alerts?filter=${encodeURIComponent(`id="${labels.id}"`)}`, alertmanagerVariable);
    const { body } = await asked(query, {}, signal);
    const seen = Alerts.safeParse(body).data?.find((alert) => alert.labels["id"] === labels.id);
    if (seen === undefined) return fail(`Alertmanager at ${url.host} took a test alert and does not have it`);
    const names = (seen.receivers ?? []).map(({ name }) => name).join(", ");
    return pass(`Alertmanager at ${url.host} took a test alert for ${names || "no receiver"}`);
  } finally {
    await send(-1_000);
  }
}
