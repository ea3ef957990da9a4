export {
  checkFlyioReadiness,
  type Readiness,
  type ReadinessCheck,
  type ReadinessOptions,
} from "../cli/readiness/readiness.ts";
export * from "../resources/index.ts";
export type {
  CheckArgs,
  CheckTimes,
  ConcurrencyArgs,
  DeployArgs,
  GroupArgs,
  GroupVolumeArgs,
  HttpArgs,
  HttpCheckArgs,
  MetricsArgs,
  ProductionAppArgs,
  ShutdownArgs,
} from "./arguments.ts";
export { ProductionApp } from "./production-app.ts";
