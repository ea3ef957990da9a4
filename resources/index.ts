export { App, type AppArgs } from "./app.ts";
export { Certificate, type CertificateArgs, type DnsRecord } from "./certificate.ts";
export { DeployToken, type DeployTokenArgs } from "./deploy-token.ts";
export { IpAddress, type IpAddressArgs } from "./ip-address.ts";
export { Machine, type MachineArgs } from "./machine.ts";
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
export { ManagedPostgres, type ManagedPostgresArgs, type PostgresEndpoint } from "./managed-postgres.ts";
export { ManagedPostgresAttachment, type ManagedPostgresAttachmentArgs } from "./managed-postgres-attachment.ts";
export { ManagedPostgresDatabase, type ManagedPostgresDatabaseArgs } from "./managed-postgres-database.ts";
export { ManagedPostgresUser, type ManagedPostgresUserArgs } from "./managed-postgres-user.ts";
export { type Deploy, type GroupMachine, ProcessGroup, type ProcessGroupArgs, type Slot } from "./process-group.ts";
export { Provider, type ProviderArgs } from "./provider.ts";
export { type GeneratedSecret, Secrets, type SecretsArgs } from "./secrets.ts";
export { Volume, type VolumeArgs } from "./volume.ts";
export { VolumeSnapshot, type VolumeSnapshotArgs } from "./volume-snapshot.ts";
