import type { Origins } from "./origin.ts";
import type { TomlPath } from "./toml-document.ts";

/** A table of a fly.toml. */
export type Table = Readonly<Record<string, unknown>>;

/** A table, and where it is. */
export interface Placed {
  readonly table: Table;
  readonly path: TomlPath;
}

const isTable = (value: unknown): value is Table =>
  value !== null && typeof value === "object" && !Array.isArray(value) && !(value instanceof Date);

/** The tables under a key, which flyctl takes as one table or as a list of them (flyctl, ensureArrayOfMap). */
export function tablesAt({ table, path }: Placed, key: string): Placed[] {
  const value = table[key];
  if (isTable(value)) return [{ table: value, path: [...path, key] }];
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, index) => (isTable(item) ? [{ table: item, path: [...path, key, index] }] : []));
}

/** Without what was left empty, which flyctl takes as not said. */
const present = (fields: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ""));

/** A bare number is milliseconds here (flyctl, patches.go). */
const pause = (value: unknown) => (typeof value === "number" ? `${value}ms` : value);

/** A check, of a service or of the whole machine. */
export function checkOf({ table }: Placed, type?: "http" | "tcp"): Table {
  const { processes: _, name: _name, headers, interval, timeout, grace_period, ...rest } = table;
  return present({
    ...rest,
    ...(type && { type }),
    interval: pause(interval),
    timeout: pause(timeout),
    grace_period: pause(grace_period),
    headers: headersOf(headers),
  });
}

function headersOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map((item) =>
      isTable(item) ? { name: String(item["name"]), values: [String(item["value"])] } : item,
    );
  }
  if (!isTable(value)) return undefined;
  return Object.entries(value).map(([name, text]) => ({ name, values: [String(text)] }));
}

/** `[http_service]` as the service that flyctl makes of it: ports 80 and 443. */
export function httpServiceOf(placed: Placed, at: string, origins: Origins): Table {
  const { table, path } = placed;
  const { force_https, tls_options, http_options, ...rest } = table;
  const checks = tablesAt(placed, "checks").map((check) => ({ check, type: "http" as const }));
  const web = present({ http_options });
  for (const port of [0, 1]) origins.note(`${at}.ports[${port}]`, path);
  return {
    ...serviceFields(rest, checks, placed, at, origins, "checks"),
    protocol: "tcp",
    ports: [
      { port: 80, handlers: ["http"], ...present({ force_https }), ...web },
      { port: 443, handlers: ["http", "tls"], ...web, ...present({ tls_options }) },
    ],
  };
}

/** One of `[[services]]`. */
export function serviceOf(placed: Placed, at: string, origins: Origins): Table {
  const { table } = placed;
  const checks = (["tcp", "http"] as const).flatMap((type) =>
    tablesAt(placed, `${type}_checks`).map((check) => ({ check, type })),
  );
  const ports = tablesAt(placed, "ports").map(({ table, path }, index) => {
    origins.note(`${at}.ports[${index}]`, path);
    return present({ ...table, port: whole(table["port"]) });
  });
  return {
    ...serviceFields(table, checks, placed, at, origins, "http_checks"),
    protocol: table["protocol"] ?? "tcp",
    ports,
  };
}

const own = new Set([
  "processes",
  "checks",
  "tcp_checks",
  "http_checks",
  "machine_checks",
  "auto_stop_machines",
  "auto_start_machines",
  "ports",
]);

function serviceFields(
  table: Table,
  checks: readonly { check: Placed; type: "http" | "tcp" }[],
  { path }: Placed,
  at: string,
  origins: Origins,
  checksKey: string,
): Table {
  origins.note(at, path);
  origins.note(`${at}.autostop`, [...path, "auto_stop_machines"]);
  origins.note(`${at}.autostart`, [...path, "auto_start_machines"]);
  origins.note(`${at}.checks`, [...path, checksKey]);
  for (const [index, { check }] of checks.entries()) origins.note(`${at}.checks[${index}]`, check.path);
  return present({
    ...Object.fromEntries(Object.entries(table).filter(([key]) => !own.has(key))),
    internal_port: whole(table["internal_port"]),
    concurrency: concurrencyOf(table["concurrency"]),
    autostop: table["auto_stop_machines"],
    autostart: table["auto_start_machines"],
    checks: checks.map(({ check, type }) => checkOf(check, type)),
  });
}

/** Ports may be written as text (flyctl, castToInt). */
const whole = (value: unknown) => (typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value);

/** The old way of writing it is `"soft,hard"`. */
function concurrencyOf(value: unknown): unknown {
  const limits = typeof value === "string" ? /^(\d+),(\d+)$/.exec(value) : null;
  return limits ? { type: "requests", soft_limit: Number(limits[1]), hard_limit: Number(limits[2]) } : value;
}
