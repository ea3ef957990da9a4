import type { z } from "zod";
import { refuse } from "./errors.ts";
import type { App, Machine, Volume } from "./record.ts";
import type { World } from "./state.ts";
import type { Caller } from "./token.ts";
import { refuseUnseen } from "./window.ts";

export type JsonObject = Record<string, unknown>;

/** One call of Fly's API, as a handler sees it. */
export interface Call {
  readonly world: World;
  readonly operation: string;
  /** Whom it comes from. */
  readonly caller: Caller;
  /** The parts of the path that the route names. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
  /** The lease nonce it came with. */
  readonly nonce: string | undefined;
  /** How many calls had come in with this one. */
  readonly arrival: number;
  /** Fires when the caller hung up or the server closes. */
  readonly signal: AbortSignal;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export type Handler = (call: Call) => Answer | Promise<Answer>;

/** The app of the path, if this token may touch it. */
export function appOf({ world, params, caller, operation }: Call): App {
  const app = world.apps.get(params["app"] ?? "");
  if (app === undefined) {
    refuse(operation.startsWith("Apps_") || world.position("gone-app") === "404" ? "appMissing" : "appGone");
  }
  if (!isReachable(caller, app)) refuse("forbidden");
  refuseUnseen(world, app.createdAt, "appSeen", "appMissing");
  return app;
}

/** Whether a token is for that app, alone or with all of its organisation. */
export const isReachable = ({ org, app: only }: Caller, app: App) =>
  app.org === org && (only === undefined || only === app.name);

/** The machine of the path, destroyed ones too as long as Fly shows them. */
export function machineOf(call: Call): Machine {
  const app = appOf(call);
  const id = call.params["id"] ?? "";
  if (!/^[0-9a-f]{14}$/.test(id)) refuse("machineIdInvalid", { id });
  const machine = call.world.machines.get(id);
  if (machine === undefined || machine.app !== app.name) refuse("machineMissing");
  return machine;
}

/** The volume of the path. */
export function volumeOf(call: Call): Volume {
  const app = appOf(call);
  const volume = call.world.volumes.get(call.params["id"] ?? "");
  if (volume === undefined || volume.app !== app.name) refuse("volumeMissing");
  return volume;
}

/** A text of the body, `undefined` where it is absent, null or empty: Go cannot tell these apart. */
export function text(body: JsonObject, key: string): string | undefined {
  const value = body[key];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value !== "string") refuse("invalid", { what: `${key} must be a string` });
  return value;
}

/** A whole number of the body. */
export function whole(body: JsonObject, key: string): number | undefined {
  const value = body[key] ?? undefined;
  if (value === undefined) return undefined;
  if (!Number.isSafeInteger(value)) refuse("invalid", { what: `${key} must be a whole number` });
  return value as number;
}

/** A yes or no of the body. */
export function flag(body: JsonObject, key: string): boolean | undefined {
  const value = body[key] ?? undefined;
  if (value !== undefined && typeof value !== "boolean") refuse("invalid", { what: `${key} must be true or false` });
  return value;
}

/** The body of an answer that says nothing else. */
export const ok: Answer = { status: 200, body: { ok: true } };

/** Reads a body by its schema, or says what is wrong with it. */
export function read<T>(schema: z.ZodType<T>, body: unknown): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return refuse("invalid", { what: `${issue?.path.map(String).join(".") || "body"}: ${issue?.message}` });
}
