import { type Answer, type Call, isReachable } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import type { Machine, Volume } from "../record.ts";
import { isWithin, windowEnd } from "../window.ts";
import { isOurs } from "./app.ts";
import { volumeSummary, volumeView } from "./volume.ts";

/** What both lists go by. */
interface Listed {
  readonly id: string;
  readonly app: string;
  readonly region: string;
  readonly state: string;
  readonly createdAt: number;
  readonly updatedAt?: number | undefined;
}

const updatedAt = (item: Listed) => item.updatedAt ?? item.createdAt;

/** Fly's limit, and what it takes where none is given (OpenAPI document, Machines_org_list). */
const mostRows = 1000;

/** Those that the query asks for, oldest change first, as one page. */
function pageOf<T extends Listed>(call: Call, items: T[]) {
  const { query } = call;
  const states = (query.get("state") ?? "").split(",").filter(Boolean);
  const found = items
    .filter((item) => isVisible(call, item))
    .filter(({ region }) => (query.get("region") ?? region) === region)
    .filter(({ state }) => states.length === 0 || states.includes(state))
    .sort((a, b) => updatedAt(a) - updatedAt(b) || (a.id < b.id ? -1 : 1));
  const rest = found.slice(startOf(query, found));
  const page = rest.slice(0, limitOf(query));
  const last = page.at(-1);
  return {
    page,
    last: last?.id ?? "",
    next: {
      next_cursor: last !== undefined && rest.length > page.length ? cursorOf(last) : "",
      last_updated_at: last === undefined ? "" : rfc3339(updatedAt(last)),
    },
  };
}

/** An app's own token is shown what is in that app: assumed. */
function isVisible({ world, caller }: Call, { app: name }: Listed): boolean {
  const app = world.apps.get(name);
  return app !== undefined && isReachable(caller, app);
}

function limitOf(query: URLSearchParams): number {
  const limit = Number(query.get("limit") ?? mostRows);
  if (!Number.isInteger(limit) || limit < 1) refuse("invalid", { what: "limit must be at least 1" });
  return Math.min(limit, mostRows);
}

const cursorOf = (item: Listed) => Buffer.from(`${updatedAt(item)} ${item.id}`).toString("base64url");

/** A cursor goes before `updated_after`. */
function startOf(query: URLSearchParams, found: Listed[]): number {
  const cursor = Buffer.from(query.get("cursor") ?? "", "base64url").toString();
  const [moment = "", id = ""] = cursor.split(" ");
  const after = query.get("updated_after") ?? "";
  const isPast = (item: Listed) =>
    cursor === ""
      ? updatedAt(item) > momentOf(after)
      : updatedAt(item) === Number(moment)
        ? item.id > id
        : updatedAt(item) > Number(moment);
  const start = found.findIndex(isPast);
  return start === -1 ? found.length : start;
}

function momentOf(text: string): number {
  if (text === "") return 0;
  const moment = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? refuse("invalid", { what: "updated_after must be a time as in RFC 3339" }) : moment;
}

function refuseForeign(call: Call): void {
  if (!isOurs(call.params["org"] ?? "", call)) refuse("forbidden");
}

const isOn = (call: Call, name: string) => call.query.get(name) === "true";

/** All machines of an organisation. A new one is missing for a while: this list is an index that lags. */
export function machineOrgList(call: Call): Answer {
  refuseForeign(call);
  const { world } = call;
  const isIndexed = ({ createdAt }: Machine) => !isWithin(world, windowEnd(world, createdAt, "orgIndex"));
  const indexed = world.machines.all().filter(isIndexed);
  const wanted = indexed.filter(({ state }) => state !== "destroyed" || isOn(call, "include_deleted"));
  const { page, last, next } = pageOf(call, wanted);
  const rows = page.map((machine) => machineRow(machine, isOn(call, "summary")));
  return { status: 200, body: { machines: rows, last_machine_id: last, error_regions: [], ...next } };
}

function machineRow(machine: Machine, summary: boolean) {
  const { guest, image, metadata = {} } = machine.config;
  return {
    id: machine.id,
    name: machine.name,
    app_name: machine.app,
    state: machine.state,
    region: machine.region,
    private_ip: machine.privateIp,
    instance_id: machine.instanceId,
    version: machine.instanceId,
    created_at: rfc3339(machine.createdAt),
    updated_at: rfc3339(machine.updatedAt),
    ...(summary ? {} : { config: { guest, image, metadata } }),
  };
}

/** All volumes of an organisation. */
export function volumeOrgList(call: Call): Answer {
  refuseForeign(call);
  const volumes = call.world.volumes.all();
  const wanted = volumes.filter(({ state }) => state !== "destroyed" || isOn(call, "include_deleted"));
  const { page, last, next } = pageOf(call, wanted);
  const rows = page.map((volume) => volumeRow(volume, isOn(call, "summary")));
  return { status: 200, body: { volumes: rows, last_volume_id: last, ...next } };
}

function volumeRow(volume: Volume, summary: boolean) {
  const view = summary ? volumeSummary : volumeView;
  return { ...view(volume), app_name: volume.app, updated_at: rfc3339(updatedAt(volume)) };
}
