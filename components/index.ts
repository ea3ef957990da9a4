export {
  checkFlyioReadiness,
  type Readiness,
  type ReadinessCheck,
  type ReadinessOptions,
} from "../cli/readiness/readiness.ts";
export * from "../resources/index.ts";
export type {
  AppDeployTokenArgs,
  CheckArgs,
  CheckTimes,
  ConcurrencyArgs,
  DeployArgs,
  ExemptArgs,
  GroupArgs,
  GroupVolumeArgs,
  HttpArgs,
  HttpCheckArgs,
  MetricsArgs,
  ProductionAppArgs,
  ShutdownArgs,
} from "./arguments.ts";
export { PostgresCluster, type PostgresClusterArgs, type PostgresClusterUserArgs } from "./postgres-cluster.ts";
export { ProductionApp } from "./production-app.ts";
export type { Change, Child, GroupChildArgs, Transform, TransformArgs } from "./transform.ts";
