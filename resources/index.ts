export { App, type AppArgs } from "./app.ts";
export { IpAddress, type IpAddressArgs } from "./ip-address.ts";
export type {
  Check,
  Concurrency,
  File,
  Guest,
  Init,
  MachineConfig,
  Metrics,
  Mount,
  NamedCheck,
  Restart,
  Service,
  ServicePort,
  StopConfig,
} from "./machine-config.ts";
export { type Deploy, type GroupMachine, ProcessGroup, type ProcessGroupArgs, type Slot } from "./process-group.ts";
export { Provider, type ProviderArgs } from "./provider.ts";
export { type GeneratedSecret, Secrets, type SecretsArgs } from "./secrets.ts";
export { Volume, type VolumeArgs } from "./volume.ts";
