import type { Properties } from "../../../provider/value.ts";
import { config, image, volumeIn } from "./machine-config.ts";
import type { Place, Subject } from "./subject.ts";

/** The group's one slot, changed. */
const slot = ({ slots }: Properties, changed: Properties) => [{ ...(slots as Properties[])[0], ...changed }];

const stateless = ({ app }: Place): Properties => {
  const { mounts: _, ...rest } = config.base;
  return { app, name: "web", slots: [{ name: "iad-0", region: "iad" }], config: rest };
};

export const processGroup: Subject = {
  type: "ProcessGroup",
  base: async (place) => ({
    app: place.app,
    name: "web",
    slots: [{ name: "iad-0", region: "iad", volume: await volumeIn(place, "iad", "data") }],
    config: config.base,
    raw: { dns: { skip_registration: false } },
  }),
  changed: {
    app: "another",
    name: "worker",
    slots: async (place, { slots }) => [
      ...(slots as Properties[]),
      { name: "lhr-0", region: "lhr", volume: await volumeIn(place, "lhr", "data") },
    ],
    "slots[].name": async (_, base) => slot(base, { name: "iad-9" }),
    "slots[].region": async (place, base) =>
      slot(base, { region: "lhr", volume: await volumeIn(place, "lhr", "moved") }),
    "slots[].volume": async (place, base) => slot(base, { volume: await volumeIn(place, "iad", "other") }),
    "slots[].keepRunning": async (_, base) => slot(base, { keepRunning: true }),
    "slots[].fallbackRegions": async (_, base) => slot(base, { fallbackRegions: ["ewr"] }),
    config: { ...config.base, image: image("c"), env: { LOG_LEVEL: "warn" } },
    ...Object.fromEntries(Object.entries(config.changed).map(([name, value]) => [`config.${name}`, value])),
    deploy: { maxUnavailable: 1, waitTimeout: "2m" },
    "deploy.strategy": "immediate",
    "deploy.maxUnavailable": "50%",
    "deploy.waitTimeout": "1m",
    "deploy.onFailure": "pause",
    "deploy.releaseCommand": ["bin/migrate"],
    "deploy.hostFailure": "replace-from-snapshot",
    "deploy.keepReleases": 3,
    minSecretsVersion: async ({ engine, app }) =>
      (await engine.create("Secrets", app, { app, values: { KEY: "value" } })).outputs["version"] ?? 0,
    raw: { dns: { skip_registration: true } },
  },
  // The middle two strategies and other regions are not for machines with volumes, nor is a volume kept without one.
  baseFor: { "slots[].fallbackRegions": stateless },
  unsaid: [
    "slots[].fallbackRegions",
    "deploy",
    ...["strategy", "maxUnavailable", "waitTimeout", "onFailure", "releaseCommand", "hostFailure", "keepReleases"].map(
      (name) => `deploy.${name}`,
    ),
  ],
};
