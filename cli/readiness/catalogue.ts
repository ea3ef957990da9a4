import { alertsLoaded } from "./alerts-loaded.ts";
import { appAnswers } from "./app-answers.ts";
import { certificatesActive } from "./certificates-active.ts";
import type { Check } from "./check.ts";
import { checksPassing } from "./checks-passing.ts";
import { failoverDrill } from "./failover-drill.ts";
import { flyApi } from "./fly-api.ts";
import { imageDrill } from "./image-drill.ts";
import { machinesRunning } from "./machines-running.ts";
import { platform } from "./platform-status.ts";
import { postgresReplicas } from "./postgres-replicas.ts";
import { redirectAnswers } from "./redirect-answers.ts";
import { restoreDrill } from "./restore-drill.ts";
import { rollbackDrill } from "./rollback-drill.ts";
import { rotationDrill } from "./rotation-drill.ts";
import { secretsDeployed } from "./secrets-deployed.ts";
import { shipperAlive } from "./shipper-alive.ts";
import { sigtermDrill } from "./sigterm-drill.ts";
import { snapshotsRecent } from "./snapshots-recent.ts";
import { sourceScan } from "./source-scan.ts";
import { tokenReach } from "./token-reach.ts";
import { tokenSet } from "./token-set.ts";
import { utilisation } from "./utilisation.ts";
import { volumeFill } from "./volume-fill.ts";

/** Those that need no app. */
export const accountChecks: readonly Check[] = [flyApi, tokenSet, tokenReach, platform, alertsLoaded];

/** The checks of `airworthy check`, in the order of its lines: the account, the apps, what drills left behind. */
export const checks: readonly Check[] = [
  ...accountChecks,
  appAnswers,
  redirectAnswers,
  certificatesActive,
  machinesRunning,
  checksPassing,
  secretsDeployed,
  snapshotsRecent,
  volumeFill,
  postgresReplicas,
  shipperAlive,
  utilisation,
  rotationDrill,
  sigtermDrill,
  rollbackDrill,
  restoreDrill,
  failoverDrill,
  imageDrill,
  sourceScan,
];
