import type { AnyCollection } from "./calendar.ts";
import { Collection } from "./collection.ts";
import type { MachineLog } from "./log.ts";
import type {
  App,
  Certificate,
  IpAddress,
  LimitedToken,
  Machine,
  NetworkPolicy,
  PostgresCluster,
  Release,
  Secret,
  SecretKey,
  Snapshot,
  Volume,
} from "./record.ts";

/** The records of each noun. */
export class Collections {
  readonly apps = new Collection<App>("app", byName, byName);
  readonly machines = new Collection<Machine>("machine", byId, byApp);
  readonly volumes = new Collection<Volume>("volume", byId, byApp);
  readonly snapshots = new Collection<Snapshot>("snapshot", byId, byApp);
  readonly secrets = new Collection<Secret>("secret", ({ app, name }) => `${app} ${name}`, byApp);
  readonly secretKeys = new Collection<SecretKey>("secret-key", ({ app, name }) => `${app} ${name}`, byApp);
  readonly networkPolicies = new Collection<NetworkPolicy>("network-policy", byId, byApp);
  readonly releases = new Collection<Release>("release", byId, byApp);
  readonly ips = new Collection<IpAddress>("ip", ({ app, ip }) => `${app} ${ip}`, byApp);
  /** These belong to no app but to an organisation. */
  readonly clusters = new Collection<PostgresCluster>("cluster", byId, ({ org }) => org);
  readonly certificates = new Collection<Certificate>(
    "certificate",
    ({ app, hostname }) => `${app} ${hostname}`,
    byApp,
  );
  readonly tokens = new Collection<LimitedToken>("token", byId, byApp);
  /** What machines printed, by the machine's id; it outlives the machine. */
  readonly logs = new Collection<MachineLog>("log", ({ machine }) => machine, byApp);

  /** What belongs to an app. */
  protected children(): AnyCollection[] {
    const { machines, volumes, snapshots, secrets, secretKeys, ips, certificates, tokens } = this;
    const { networkPolicies, releases, logs } = this;
    return [
      ...[machines, volumes, snapshots, secrets, secretKeys, ips, certificates, tokens],
      ...[networkPolicies, releases, logs],
    ] as unknown as AnyCollection[];
  }
}

function byName(item: { name: string }): string {
  return item.name;
}
function byId(item: { id: string }): string {
  return item.id;
}
function byApp(item: { app: string }): string {
  return item.app;
}
