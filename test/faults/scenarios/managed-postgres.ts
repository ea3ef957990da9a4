import type { Lane } from "../cli.ts";
import { of, type Scenario } from "../scenario.ts";

const clusterArgs = (name: string) => ({ name, region: "iad", plan: "basic", diskSizeGb: 10 });

/** A cluster by the app's name, in which the resource that is swept is made. */
const cluster = async (lane: Lane, app: string) => [
  (await lane.engine.create("ManagedPostgres", app, clusterArgs(app))).id,
];

/** What there is of app and cluster, with what the scenario adds to the cluster. */
const lines = (app: string, { databases = "", users = "", attached = "" } = {}) => [
  `app ${app}`,
  `cluster basic 10 ready: fly-db${databases}; fly-user schema_admin${users};${attached}`,
];
const plain = (app: string) => lines(app);

const database = (_: string, [id = ""]: string[]) => ({ cluster: id, name: "orders" });
const withDatabase = (app: string) => lines(app, { databases: ", orders" });

const user =
  (role: string) =>
  (_: string, [id = ""]: string[]) => ({ cluster: id, username: "reports", role });
const withUser = (role: string) => (app: string) => lines(app, { users: `, reports ${role}` });

const attachment = (app: string, [id = ""]: string[]) => ({ cluster: id, app });
const withAttachment = (app: string) => lines(app, { attached: " attached" });

/** Managed Postgres, which belongs to no app: what is swept is named after one. */
export const managedPostgres: Scenario[] = [
  ...of("ManagedPostgres", "a Postgres cluster", {
    create: { command: "up", after: clusterArgs, expected: plain },
    delete: { command: "destroy", before: clusterArgs, expected: (app) => [`app ${app}`] },
    refresh: { command: "refresh", before: clusterArgs, expected: plain },
  }),
  ...of("ManagedPostgresDatabase", "a Postgres database", {
    create: { command: "up", prepare: cluster, after: database, expected: withDatabase },
    delete: { command: "destroy", prepare: cluster, before: database, expected: plain },
    refresh: { command: "refresh", prepare: cluster, before: database, expected: withDatabase },
  }),
  ...of("ManagedPostgresUser", "a Postgres user", {
    create: { command: "up", prepare: cluster, after: user("reader"), expected: withUser("reader") },
    update: {
      command: "up",
      prepare: cluster,
      before: user("reader"),
      after: user("writer"),
      expected: withUser("writer"),
    },
    delete: { command: "destroy", prepare: cluster, before: user("reader"), expected: plain },
    refresh: { command: "refresh", prepare: cluster, before: user("reader"), expected: withUser("reader") },
  }),
  ...of("ManagedPostgresAttachment", "a Postgres attachment", {
    create: { command: "up", prepare: cluster, after: attachment, expected: withAttachment },
    delete: { command: "destroy", prepare: cluster, before: attachment, expected: plain },
    refresh: { command: "refresh", prepare: cluster, before: attachment, expected: withAttachment },
  }),
];
