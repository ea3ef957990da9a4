import type { Place, Subject } from "./subject.ts";

const cluster = (name: string) => ({
  name,
  orgSlug: "local",
  region: "iad",
  plan: "basic",
  diskSizeGb: 20,
  version: "17",
  poolMode: "transaction",
  postgis: false,
});

const clusterOf = async ({ engine, app }: Place) =>
  (await engine.create("ManagedPostgres", `${app}-db`, cluster(`${app}-db`))).id;

export const managedPostgres: Subject = {
  type: "ManagedPostgres",
  base: ({ app }) => cluster(app),
  changed: {
    name: "renamed",
    orgSlug: "another",
    region: "lhr",
    plan: "launch",
    diskSizeGb: 40,
    version: "16",
    poolMode: "session",
    postgis: true,
    adopt: true,
  },
  unsaid: ["adopt"],
};

export const managedPostgresDatabase: Subject = {
  type: "ManagedPostgresDatabase",
  base: async (place) => ({ cluster: await clusterOf(place), name: "orders" }),
  changed: { cluster: "another", name: "customers" },
};

export const managedPostgresUser: Subject = {
  type: "ManagedPostgresUser",
  base: async (place) => ({ cluster: await clusterOf(place), username: "reports", role: "reader" }),
  changed: {
    cluster: "another",
    username: "till",
    role: "writer",
    database: async ({ engine }, { cluster }) =>
      (await engine.create("ManagedPostgresDatabase", "orders", { cluster: cluster ?? "", name: "orders" })).outputs[
        "name"
      ] ?? "",
  },
  unsaid: ["database"],
};

export const managedPostgresAttachment: Subject = {
  type: "ManagedPostgresAttachment",
  base: async (place) => ({ cluster: await clusterOf(place), app: place.app }),
  changed: { cluster: "another", app: "another" },
};
