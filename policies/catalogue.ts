import type { Rule } from "./rule.ts";
import { autostopWithAutostart } from "./rules/autostop-with-autostart.ts";
import { checkTiming } from "./rules/check-timing.ts";
import { concurrencyLimits } from "./rules/concurrency-limits.ts";
import { copyOffFly } from "./rules/copy-off-fly.ts";
import { currentRegion } from "./rules/current-region.ts";
import { dataProtected } from "./rules/data-protected.ts";
import { databasesProtected } from "./rules/databases-protected.ts";
import { domainCertificate } from "./rules/domain-certificate.ts";
import { failuresAlert } from "./rules/failures-alert.ts";
import { flycastWithoutRedirect } from "./rules/flycast-without-redirect.ts";
import { httpsRedirect } from "./rules/https-redirect.ts";
import { imageDigest } from "./rules/image-digest.ts";
import { imageTag } from "./rules/image-tag.ts";
import { logsShipped } from "./rules/logs-shipped.ts";
import { managedPostgres } from "./rules/managed-postgres.ts";
import { metricsCollected } from "./rules/metrics-collected.ts";
import { minimumRunning } from "./rules/minimum-running.ts";
import { modernTls } from "./rules/modern-tls.ts";
import { networkPolicy } from "./rules/network-policy.ts";
import { noFlyTokens } from "./rules/no-fly-tokens.ts";
import { noSecretsInEnv } from "./rules/no-secrets-in-env.ts";
import { noSecretsInFiles } from "./rules/no-secrets-in-files.ts";
import { postgresNearApp } from "./rules/postgres-near-app.ts";
import { postgresPublic } from "./rules/postgres-public.ts";
import { postgresQuorum } from "./rules/postgres-quorum.ts";
import { privateAddress } from "./rules/private-address.ts";
import { publicPorts } from "./rules/public-ports.ts";
import { rawServiceAddress } from "./rules/raw-service-address.ts";
import { releasesKept } from "./rules/releases-kept.ts";
import { serviceCheck } from "./rules/service-check.ts";
import { stopSignal } from "./rules/stop-signal.ts";
import { stopTimeout } from "./rules/stop-timeout.ts";
import { tlsOn443 } from "./rules/tls-on-443.ts";
import { tokenExpiry } from "./rules/token-expiry.ts";
import { tokenScope } from "./rules/token-scope.ts";
import { twoMachines } from "./rules/two-machines.ts";
import { twoRegions } from "./rules/two-regions.ts";
import { twoVolumes } from "./rules/two-volumes.ts";
import { volumeEncrypted } from "./rules/volume-encrypted.ts";
import { volumeSnapshots } from "./rules/volume-snapshots.ts";

/** All rules there are, in the order of the checklist. */
export const rules: readonly Rule[] = [
  noFlyTokens,
  noSecretsInEnv,
  noSecretsInFiles,
  tokenScope,
  tokenExpiry,
  rawServiceAddress,
  httpsRedirect,
  tlsOn443,
  flycastWithoutRedirect,
  modernTls,
  domainCertificate,
  minimumRunning,
  twoMachines,
  twoRegions,
  currentRegion,
  concurrencyLimits,
  volumeSnapshots,
  volumeEncrypted,
  dataProtected,
  twoVolumes,
  copyOffFly,
  serviceCheck,
  checkTiming,
  stopSignal,
  stopTimeout,
  autostopWithAutostart,
  managedPostgres,
  postgresQuorum,
  postgresPublic,
  databasesProtected,
  postgresNearApp,
  releasesKept,
  imageTag,
  imageDigest,
  logsShipped,
  failuresAlert,
  metricsCollected,
  publicPorts,
  privateAddress,
  networkPolicy,
];

/** A row of the checklist. */
export interface Row {
  readonly row: string;
  readonly requirement: string;
  /** What of ours meets it. */
  readonly component: string;
  /** What does not exist yet and the rest of the row waits for. */
  readonly later?: string;
}

/** The checklist, in its order. A rule names the rows it belongs to. */
export const checklist: readonly Row[] = [
  { row: "A1", requirement: "`FLY_API_TOKEN` lives in CI secrets, never in source", component: "provider" },
  { row: "A2", requirement: "app secrets are Fly secrets, not plain environment", component: "ProductionApp, Secrets" },
  { row: "A3", requirement: "deploy tokens are scoped per app", component: "DeployToken" },
  { row: "A4", requirement: "keys are rotated on schedule", component: "DeployToken" },
  { row: "A5", requirement: "no hard-coded secrets in image or code", component: "Secrets" },
  {
    row: "B1",
    requirement: "the app answers at `https://<app>.fly.dev`",
    component: "ProductionApp, IpAddress",
    later: "live rules",
  },
  { row: "B2", requirement: "HTTP is redirected to HTTPS", component: "ProductionApp" },
  {
    row: "B3",
    requirement: "custom domain with a certificate that renews itself",
    component: "ProductionApp, Certificate",
    later: "live rules",
  },
  { row: "B4", requirement: "at least one machine keeps running", component: "ProductionApp" },
  { row: "B5", requirement: "machines in two or more regions", component: "ProductionApp" },
  { row: "B6", requirement: "concurrency limits fit the workload", component: "ProductionApp" },
  { row: "B7", requirement: "volumes are backed up", component: "ProductionApp, Volume", later: "BackupPlan" },
  { row: "C1", requirement: "health checks with a grace period", component: "ProductionApp" },
  { row: "C2", requirement: "SIGTERM is handled in time", component: "ProductionApp", later: "drills" },
  { row: "C3", requirement: "autostop and autostart agree", component: "ProductionApp" },
  { row: "C4", requirement: "Postgres has a standby", component: "PostgresCluster, ManagedPostgres", later: "drills" },
  { row: "C5", requirement: "the way back was tested", component: "ProcessGroup", later: "drills" },
  { row: "C6", requirement: "the same image runs everywhere", component: "ProductionApp" },
  { row: "D1", requirement: "logs go to a central place", component: "LogShipper (not yet)", later: "LogShipper" },
  { row: "D2", requirement: "machine health is monitored", component: "HealthAlerts (not yet)", later: "HealthAlerts" },
  { row: "D3", requirement: "Fly's platform status is checked", component: "`airworthy check`" },
  {
    row: "D4",
    requirement: "failing health checks alert somebody",
    component: "HealthAlerts (not yet)",
    later: "HealthAlerts",
  },
  { row: "D5", requirement: "use of resources is tracked", component: "ProductionApp" },
  { row: "E1", requirement: "a command says whether Fly can be used", component: "`airworthy check`" },
  {
    row: "F1",
    requirement: "network policies, management of secrets",
    component: "NetworkPolicy (not yet)",
    later: "NetworkPolicy",
  },
];
