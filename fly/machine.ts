import { z } from "zod";
import type { FlyClient } from "./client.ts";
import { find } from "./gone.ts";
import { FlyLeaseFields } from "./lease.ts";

const FlyCheck = z.looseObject({ name: z.string(), status: z.string(), output: z.string().nullish() });

/** A machine as the Machines API returns it. States and check results are strings: Fly adds some now and then. */
export const FlyMachine = z.looseObject({
  id: z.string(),
  name: z.string().nullish(),
  state: z.string(),
  region: z.string(),
  instance_id: z.string(),
  private_ip: z.string().nullish(),
  created_at: z.string().nullish(),
  host_status: z.string().nullish(),
  /** Missing in part while the host cannot be asked; `incomplete_config` stands in then. */
  config: z.record(z.string(), z.unknown()).nullish(),
  incomplete_config: z.record(z.string(), z.unknown()).nullish(),
  image_ref: z.looseObject({ digest: z.string().nullish() }).nullish(),
  checks: z.array(FlyCheck).nullish(),
  events: z
    .array(z.looseObject({ type: z.string().nullish(), status: z.string().nullish(), request: z.unknown().optional() }))
    .nullish(),
  nonce: z.string().nullish(),
  /** Whether the proxy lets no connection come to it. */
  cordoned: z.boolean().nullish(),
  /** Who is changing it just now; only in lists. */
  lease: FlyLeaseFields.nullish().catch(undefined),
});
export type FlyMachine = z.infer<typeof FlyMachine>;

/** A machine's config in Fly's own spelling. */
export type WireConfig = Record<string, unknown>;

/** A machine's config, or as much of it as Fly knows while the host cannot be asked. */
export const shownConfig = (machine: FlyMachine): WireConfig => machine.config ?? machine.incomplete_config ?? {};

/** A machine's metadata. */
export const metadataOf = (machine: FlyMachine): Record<string, string> =>
  (shownConfig(machine)["metadata"] as Record<string, string> | null | undefined) ?? {};

/** What a machine's checks say. Fly's `bg_deployments_*` mirrors say the same once more, and are no reports of their own. */
export const reportsOf = ({ checks }: FlyMachine) =>
  (checks ?? []).filter(({ name }) => !name.startsWith("bg_deployments"));

/** Id of the volume a machine has mounted. */
export const mountedVolume = (machine: FlyMachine): string | undefined =>
  ((machine.config?.["mounts"] ?? []) as { volume?: string }[])[0]?.volume;

/** Whether Fly could ask the machine's host, so that what it says of the config is the whole truth. */
export const isReachable = (machine: FlyMachine) =>
  (machine.host_status ?? "ok") === "ok" && machine.config !== null && machine.config !== undefined;

const path = (app: string, id = "", verb = "") => `/v1/apps/${app}/machines${id && `/${id}`}${verb && `/${verb}`}`;
const named = (app: string, id: string) => `machine ${id} of app "${app}"`;

/** The app's machines, not those destroyed; `undefined` where the app is gone. */
export async function machineList(fly: FlyClient, app: string): Promise<FlyMachine[] | undefined> {
  const machines = await find(fly, app, {
    operation: "Machines_list",
    does: `list the machines of app "${app}"`,
    method: "GET",
    path: path(app),
    query: { include_leases: true },
    repeat: "always",
    answer: z
      .array(FlyMachine)
      .nullish()
      .transform((machines) => machines ?? []),
  });
  return machines?.filter(({ state }) => state !== "destroyed" && state !== "destroying");
}

/** The machine, or `undefined` where it is proven gone. Fly shows a destroyed machine for a while. */
export async function machineFind(fly: FlyClient, app: string, id: string): Promise<FlyMachine | undefined> {
  const machine = await machineLast(fly, app, id);
  return machine?.state === "destroyed" ? undefined : machine;
}

/** The machine as Fly knew it last, also when it is destroyed; `undefined` where Fly has forgotten it. */
export const machineLast = (fly: FlyClient, app: string, id: string): Promise<FlyMachine | undefined> =>
  find(fly, app, {
    operation: "Machines_show",
    does: `read ${named(app, id)}`,
    method: "GET",
    path: path(app, id),
    repeat: "always",
    answer: FlyMachine,
  });

/** What a machine is made or changed by. An update's config is the whole config: what is left out is dropped. */
export interface MachineBody {
  name?: string;
  region?: string;
  config: WireConfig;
  skip_launch?: boolean | undefined;
  min_secrets_version?: number | undefined;
  current_version?: string | undefined;
}

/** Makes a machine. */
export const machineCreate = (fly: FlyClient, app: string, body: MachineBody) =>
  fly.send({
    operation: "Machines_create",
    does: `create machine ${body.name ?? ""} in ${body.region} for app "${app}"`,
    method: "POST",
    path: path(app),
    body,
    repeat: "unsent",
    answer: FlyMachine,
  });

/** Gives a machine a new config, which is a new version of it. */
export const machineUpdate = (fly: FlyClient, app: string, id: string, body: MachineBody, nonce: string) =>
  fly.send({
    operation: "Machines_update",
    does: `update ${named(app, id)}`,
    method: "POST",
    path: path(app, id),
    body,
    nonce,
    repeat: "unsent",
    answer: FlyMachine,
  });

/** Destroys a machine, running or not; content where it is gone. Its volume stays. */
export const machineDestroy = (fly: FlyClient, app: string, id: string, nonce: string | undefined) =>
  find(fly, app, {
    operation: "Machines_delete",
    does: `destroy ${named(app, id)}`,
    method: "DELETE",
    path: path(app, id),
    query: { force: true },
    nonce,
    repeat: "always",
  });

/** Stops a machine by its own stop signal and time-out. */
export const machineStop = (fly: FlyClient, app: string, id: string, nonce: string | undefined) =>
  find(fly, app, {
    operation: "Machines_stop",
    does: `stop ${named(app, id)}`,
    method: "POST",
    path: path(app, id, "stop"),
    nonce,
    repeat: "always",
    body: {},
  });

const registration =
  (verb: "cordon" | "uncordon") => (fly: FlyClient, app: string, id: string, nonce: string | undefined) =>
    find(fly, app, {
      operation: `Machines_${verb}`,
      does: `${verb} ${named(app, id)}`,
      method: "POST",
      path: path(app, id, verb),
      nonce,
      repeat: "always",
    });

/** Takes a machine out of the proxy's choice: no new connection comes to it. Content where it is gone. */
export const machineCordon = registration("cordon");

/** Lets connections come to a machine again. Content where it is gone. */
export const machineUncordon = registration("uncordon");

/** Starts a machine; one that runs already is left as it is. */
export const machineStart = (fly: FlyClient, app: string, id: string, nonce: string) =>
  fly.send({
    operation: "Machines_start",
    does: `start ${named(app, id)}`,
    method: "POST",
    path: path(app, id, "start"),
    nonce,
    repeat: "always",
  });

/** Waits at Fly, at most a minute, for a state; `timeout` where it was not reached. */
export const machineWait = (
  fly: FlyClient,
  app: string,
  id: string,
  query: { state: string; instance_id?: string | undefined; timeout: number },
) =>
  fly.send({
    operation: "Machines_wait",
    does: `wait for ${named(app, id)} to be ${query.state}`,
    method: "GET",
    path: path(app, id, "wait"),
    query: { ...query, version: query.instance_id, timeout: Math.min(60, Math.max(1, Math.round(query.timeout))) },
    repeat: "always",
  });
