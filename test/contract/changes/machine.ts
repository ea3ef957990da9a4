import { config, volumeIn } from "./machine-config.ts";
import type { Subject } from "./subject.ts";

export const machine: Subject = {
  type: "Machine",
  base: async (place) => ({
    app: place.app,
    name: "report",
    region: "iad",
    config: config.base,
    volume: await volumeIn(place, "iad", "data"),
    raw: { dns: { skip_registration: false } },
  }),
  changed: {
    app: "another",
    name: "audit",
    region: "lhr",
    config: { ...config.base, ...config.changed },
    ...Object.fromEntries(Object.entries(config.changed).map(([name, value]) => [`config.${name}`, value])),
    schedule: "daily",
    volume: "vol_another",
    minSecretsVersion: async ({ engine, app }) =>
      (await engine.create("Secrets", app, { app, values: { KEY: "value" } })).outputs["version"] ?? 0,
    waitTimeout: "1m",
    raw: { dns: { skip_registration: true } },
  },
  unsaid: ["waitTimeout"],
};
