import type { CheckedRule, Rule } from "./rule.ts";
import { alertsLoaded } from "./rules/alerts-loaded.ts";
import { appAnswers } from "./rules/app-answers.ts";
import { autostopWithAutostart } from "./rules/autostop-with-autostart.ts";
import { budget } from "./rules/budget.ts";
import { certificatesActive } from "./rules/certificates-active.ts";
import { checkTiming } from "./rules/check-timing.ts";
import { checksPassing } from "./rules/checks-passing.ts";
import { concurrencyLimits } from "./rules/concurrency-limits.ts";
import { copyOffFly } from "./rules/copy-off-fly.ts";
import { currentRegion } from "./rules/current-region.ts";
import { dataOnVolume } from "./rules/data-on-volume.ts";
import { dataProtected } from "./rules/data-protected.ts";
import { databasesProtected } from "./rules/databases-protected.ts";
import { domainCertificate } from "./rules/domain-certificate.ts";
import { enoughMemory } from "./rules/enough-memory.ts";
import { environmentsApart } from "./rules/environments-apart.ts";
import { failoverDrill } from "./rules/failover-drill.ts";
import { failuresAlert } from "./rules/failures-alert.ts";
import { flyApi } from "./rules/fly-api.ts";
import { flycastWithoutRedirect } from "./rules/flycast-without-redirect.ts";
import { guestSize } from "./rules/guest-size.ts";
import { httpCheck } from "./rules/http-check.ts";
import { httpsRedirect } from "./rules/https-redirect.ts";
import { imageDigest } from "./rules/image-digest.ts";
import { imageDrill } from "./rules/image-drill.ts";
import { imageTag } from "./rules/image-tag.ts";
import { logsShipped } from "./rules/logs-shipped.ts";
import { machinesRunning } from "./rules/machines-running.ts";
import { managedPostgres } from "./rules/managed-postgres.ts";
import { metricsCollected } from "./rules/metrics-collected.ts";
import { minimumRunning } from "./rules/minimum-running.ts";
import { modernTls } from "./rules/modern-tls.ts";
import { namesAndLabels } from "./rules/names-and-labels.ts";
import { networkPolicy } from "./rules/network-policy.ts";
import { noFlyTokens } from "./rules/no-fly-tokens.ts";
import { noImmediate } from "./rules/no-immediate.ts";
import { noSecretsInEnv } from "./rules/no-secrets-in-env.ts";
import { noSecretsInFiles } from "./rules/no-secrets-in-files.ts";
import { nonProductionSleep } from "./rules/non-production-sleep.ts";
import { oidcOverKeys } from "./rules/oidc-over-keys.ts";
import { oneImage } from "./rules/one-image.ts";
import { paidExtras } from "./rules/paid-extras.ts";
import { platformStatus } from "./rules/platform-status.ts";
import { postgresNearApp } from "./rules/postgres-near-app.ts";
import { postgresPublic } from "./rules/postgres-public.ts";
import { postgresQuorum } from "./rules/postgres-quorum.ts";
import { postgresReplicas } from "./rules/postgres-replicas.ts";
import { privateAddress } from "./rules/private-address.ts";
import { publicPorts } from "./rules/public-ports.ts";
import { rawServiceAddress } from "./rules/raw-service-address.ts";
import { redirectAnswers } from "./rules/redirect-answers.ts";
import { releasesKept } from "./rules/releases-kept.ts";
import { requestCounting } from "./rules/request-counting.ts";
import { restartPolicy } from "./rules/restart-policy.ts";
import { restoreDrill } from "./rules/restore-drill.ts";
import { rollbackDrill } from "./rules/rollback-drill.ts";
import { rollingCapacity } from "./rules/rolling-capacity.ts";
import { rotationDrill } from "./rules/rotation-drill.ts";
import { secretsDeployed } from "./rules/secrets-deployed.ts";
import { secretsRoll } from "./rules/secrets-roll.ts";
import { serviceCheck } from "./rules/service-check.ts";
import { shipperAlive } from "./rules/shipper-alive.ts";
import { signalReachesProcess } from "./rules/signal-reaches-process.ts";
import { sigtermDrill } from "./rules/sigterm-drill.ts";
import { snapshotsRecent } from "./rules/snapshots-recent.ts";
import { sourceScan } from "./rules/source-scan.ts";
import { stopSignal } from "./rules/stop-signal.ts";
import { stopTimeout } from "./rules/stop-timeout.ts";
import { strategyConditions } from "./rules/strategy-conditions.ts";
import { suspendLimits } from "./rules/suspend-limits.ts";
import { tlsOn443 } from "./rules/tls-on-443.ts";
import { tokenExpiry } from "./rules/token-expiry.ts";
import { tokenReach } from "./rules/token-reach.ts";
import { tokenScope } from "./rules/token-scope.ts";
import { tokenSet } from "./rules/token-set.ts";
import { twoMachines } from "./rules/two-machines.ts";
import { twoRegions } from "./rules/two-regions.ts";
import { twoVolumes } from "./rules/two-volumes.ts";
import { utilisation } from "./rules/utilisation.ts";
import { volumeEncrypted } from "./rules/volume-encrypted.ts";
import { volumeFill } from "./rules/volume-fill.ts";
import { volumeGrowth } from "./rules/volume-growth.ts";
import { volumePlacement } from "./rules/volume-placement.ts";
import { volumeSnapshots } from "./rules/volume-snapshots.ts";
import { workerCheck } from "./rules/worker-check.ts";
import { workersWithoutAutostop } from "./rules/workers-without-autostop.ts";

/** All rules there are, in the order of the checklist. */
export const catalogue: readonly (Rule | CheckedRule)[] = [
  noFlyTokens,
  tokenSet,
  noSecretsInEnv,
  noSecretsInFiles,
  secretsDeployed,
  tokenScope,
  tokenReach,
  tokenExpiry,
  secretsRoll,
  oidcOverKeys,
  rotationDrill,
  sourceScan,
  rawServiceAddress,
  appAnswers,
  httpsRedirect,
  tlsOn443,
  flycastWithoutRedirect,
  redirectAnswers,
  modernTls,
  domainCertificate,
  certificatesActive,
  minimumRunning,
  restartPolicy,
  twoMachines,
  twoRegions,
  currentRegion,
  machinesRunning,
  concurrencyLimits,
  requestCounting,
  volumeSnapshots,
  volumeEncrypted,
  dataOnVolume,
  dataProtected,
  twoVolumes,
  volumePlacement,
  volumeGrowth,
  snapshotsRecent,
  copyOffFly,
  restoreDrill,
  volumeFill,
  serviceCheck,
  httpCheck,
  checkTiming,
  workerCheck,
  checksPassing,
  stopSignal,
  stopTimeout,
  rollingCapacity,
  signalReachesProcess,
  sigtermDrill,
  autostopWithAutostart,
  budget,
  nonProductionSleep,
  paidExtras,
  workersWithoutAutostop,
  suspendLimits,
  managedPostgres,
  postgresQuorum,
  postgresPublic,
  databasesProtected,
  postgresNearApp,
  postgresReplicas,
  failoverDrill,
  releasesKept,
  noImmediate,
  strategyConditions,
  rollbackDrill,
  imageTag,
  imageDigest,
  oneImage,
  imageDrill,
  logsShipped,
  shipperAlive,
  namesAndLabels,
  failuresAlert,
  platformStatus,
  alertsLoaded,
  metricsCollected,
  guestSize,
  enoughMemory,
  utilisation,
  flyApi,
  publicPorts,
  privateAddress,
  networkPolicy,
  environmentsApart,
];

const isJudgedAtPreview = (rule: Rule | CheckedRule): rule is Rule => "check" in rule;

/** Those that a preview judges. */
export const rules: readonly Rule[] = catalogue.filter(isJudgedAtPreview);

/** Those that `airworthy check` judges. */
export const checkedRules: readonly CheckedRule[] = catalogue.filter(
  (rule): rule is CheckedRule => !isJudgedAtPreview(rule),
);

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
  },
  { row: "B2", requirement: "HTTP is redirected to HTTPS", component: "ProductionApp" },
  {
    row: "B3",
    requirement: "custom domain with a certificate that renews itself",
    component: "ProductionApp, Certificate",
  },
  { row: "B4", requirement: "at least one machine keeps running", component: "ProductionApp" },
  { row: "B5", requirement: "machines in two or more regions", component: "ProductionApp" },
  { row: "B6", requirement: "concurrency limits fit the workload", component: "ProductionApp" },
  { row: "B7", requirement: "volumes are backed up", component: "ProductionApp, Volume", later: "BackupPlan" },
  { row: "C1", requirement: "health checks with a grace period", component: "ProductionApp" },
  { row: "C2", requirement: "SIGTERM is handled in time", component: "ProductionApp" },
  { row: "C3", requirement: "autostop and autostart agree", component: "ProductionApp" },
  { row: "C4", requirement: "Postgres has a standby", component: "PostgresCluster, ManagedPostgres" },
  { row: "C5", requirement: "the way back was tested", component: "ProcessGroup" },
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
