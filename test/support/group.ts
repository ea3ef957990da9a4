import type { Properties, Value } from "../../provider/value.ts";
import type { withLocalFly } from "./local-fly.ts";
import { send } from "./local-fly.ts";

type Local = ReturnType<typeof withLocalFly>;

/** A machine as the Machines API shows it, as far as tests look at it. */
export interface Machine {
  id: string;
  name: string;
  region: string;
  state: string;
  instance_id: string;
  cordoned?: boolean;
  config: {
    image: string;
    env: Record<string, string>;
    metadata: Record<string, string>;
    mounts?: { volume: string }[];
  };
}

const digest = "a".repeat(64);

/** Arguments of a small public group: two regions, one check, as a user would write them. */
export const groupArgs = (app: string, more: Properties = {}, config: Properties = {}): Properties => ({
  app,
  name: "web",
  slots: [
    { name: "iad-0", region: "iad" },
    { name: "lhr-0", region: "lhr" },
    { name: "lhr-1", region: "lhr" },
  ],
  config: {
    image: `registry.fly.io/shop@sha256:${digest}`,
    guest: { cpus: 1, memoryMb: 512 },
    env: { LOG_LEVEL: "info" },
    services: [
      {
        internalPort: 8080,
        ports: [{ port: 443, handlers: ["tls", "http"] }],
        autostop: "off",
        autostart: true,
        checks: [{ type: "http", path: "/healthz", interval: "15s", timeout: "5s", gracePeriod: "10s" }],
      },
    ],
    stopConfig: { signal: "SIGTERM", timeout: "30s" },
    ...config,
  },
  ...more,
});

/** The app's machines that are there. */
export const machinesOf = async (local: Local, app: string) =>
  (((await send(local.fly, "GET", `/v1/apps/${app}/machines`)) as Machine[] | null) ?? []).sort((a, b) =>
    a.name.localeCompare(b.name),
  );

/** Changes a machine by hand, as `fly machine update` would. */
export async function changeByHand(
  local: Local,
  app: string,
  machine: Machine,
  env: Record<string, string>,
): Promise<void> {
  const config = { ...machine.config, env: { ...machine.config.env, ...env } };
  await send(local.fly, "POST", `/v1/apps/${app}/machines/${machine.id}`, { config });
}

/** Adds a machine by hand. */
export const addByHand = async (local: Local, app: string, config: Record<string, Value>) =>
  ((await send(local.fly, "POST", `/v1/apps/${app}/machines`, { region: "iad", config })) as Machine).id;

/** What `fly deploy` writes into each machine beside the config. */
export const flyctls = (group: string) => ({
  env: { FLY_PROCESS_GROUP: group },
  metadata: {
    fly_platform_version: "v2",
    fly_process_group: group,
    fly_release_id: "rel_1",
    fly_release_version: "7",
    fly_flyctl_version: "0.4.0",
  },
});
