import type { FlyClient } from "../../fly/client.ts";
import type { StatusAddresses } from "../../fly/status-page.ts";
import type { CheckedRule } from "../../policies/rule.ts";
import type { Evidence } from "../drill/evidence.ts";

/** What the checks are about. */
export interface Subject {
  /** The token and, for people, where it came from; `undefined` where none is set. */
  token: { value: string; from: string } | undefined;
  /** Machines API: address and, for people, name. */
  flaps: { url: string; name: string };
  /** GraphQL and web API. */
  apiUrl: string;
  status: StatusAddresses;
  /** Organisation whose apps are asked for. @default learnt from the token */
  org: string | undefined;
  /** Apps to judge: the one of `--app`, or those of the stack. Where there are none, only the account's checks are asked. */
  apps: readonly string[];
  /** Ids of Managed Postgres clusters that belong to them, besides those that are attached to one of them. */
  clusters: readonly string[];
  /** Whether it is the local Fly, which has no public names and no measurements of its own. */
  local: boolean;
  /**
   * Prometheus API with Fly's metrics: `AIRWORTHY_METRICS_URL`, without `/prometheus/<org>`. Fly's own where the Fly is
   * Fly's. `FLY_METRICS_BASE_URL` is none of it: there flyctl sends how it is used (flyctl, internal/metrics).
   */
  metricsUrl: string | undefined;
  /** The user's own Prometheus, whose rules alert: `AIRWORTHY_PROMETHEUS_URL`. */
  prometheusUrl: string | undefined;
  /** The Alertmanager that hears of them: `AIRWORTHY_ALERTMANAGER_URL`. */
  alertmanagerUrl: string | undefined;
  /** Where an app's public name is asked for: `https://<app>.fly.dev`. The local Fly has no such names. */
  publicUrl: ((app: string, scheme: "http" | "https") => string) | undefined;
  /** What drills recorded, newest first. */
  evidence: readonly Evidence[];
  /** Today: what is left of certificates, tokens and evidence is counted from it. */
  now: Date;
  /** A client of this Fly; throws where there is no token. */
  fly(signal: AbortSignal): FlyClient;
}

/** What a check found. FAIL: not as it should be. WARN: worth a look. SKIP: there is nothing to judge, and the detail says why. */
export interface Verdict {
  status: "PASS" | "FAIL" | "WARN" | "SKIP";
  /** One line for people; never a token. */
  detail: string;
}

/** One line of `airworthy check`. A check that throws could not tell, which is neither ready nor not ready. */
export interface Check {
  /** What stands before the colon. */
  name: string;
  /** The rule it judges. */
  rule: CheckedRule;
  judge(subject: Subject, signal: AbortSignal): Promise<Verdict>;
}

const verdict =
  (status: Verdict["status"]) =>
  (detail: string): Verdict => ({ status, detail });

/** A verdict that the subject is as it should be. */
export const pass = verdict("PASS");
/** A verdict that it is not. */
export const fail = verdict("FAIL");
/** A verdict that it is, and may not be for long. */
export const warn = verdict("WARN");
/** A verdict that there is nothing to judge. */
export const skip = verdict("SKIP");
