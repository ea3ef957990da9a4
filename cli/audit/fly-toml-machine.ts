import { retiredSizes, sizes } from "../../fly/sizes.ts";
import { unknown } from "../../policies/reading.ts";
import { checkOf, httpServiceOf, type Placed, serviceOf, type Table, tablesAt } from "./fly-toml-service.ts";
import type { Origins } from "./origin.ts";

/** Whether a section is about a group: one that names none is the default group's (flyctl, processgroups.go). */
function isFor({ table }: Placed, group: string, defaultGroup: string): boolean {
  const named = table["processes"];
  if (!Array.isArray(named) || named.length === 0) return group === defaultGroup;
  return named.includes(group);
}

/** What flyctl makes of a fly.toml for the machines of a group, in Fly's spelling. */
export function machineConfigOf(file: Placed, group: string, defaultGroup: string, origins: Origins): Table {
  const its = (key: string) => tablesAt(file, key).filter((section) => isFor(section, group, defaultGroup));
  const image = buildImage(file);
  origins.note("image", ["build", "image"]);
  return {
    // flyctl gives what it builds a tag that is used once; "running" stands for an image that a program does not name.
    image: image ?? "running",
    env: environment(file, origins),
    services: servicesOf(its, origins),
    init: initOf(file, group, origins),
    ...single("metrics", its("metrics")[0] ?? its("metric")[0], origins),
    ...checksOf(file, its, origins),
    ...mountsOf([...its("mounts"), ...its("mount")], origins),
    ...filesOf(its("files"), origins),
    ...stopOf(file, origins),
    ...restartOf(its("restart").at(-1), origins),
    ...guestOf(file, group, origins),
  };
}

const buildImage = (file: Placed): unknown => tablesAt(file, "build")[0]?.table["image"];

/** `[env]`, whose values may be numbers, and which may be a list of tables. */
function environment(file: Placed, origins: Origins): Table {
  const region = file.table["primary_region"];
  const merged: Record<string, unknown> = {};
  for (const { table, path } of tablesAt(file, "env")) {
    for (const [name, value] of Object.entries(table)) {
      merged[name] = typeof value === "object" ? value : String(value);
      origins.note(`env.${name}`, [...path, name]);
    }
  }
  origins.note("env.PRIMARY_REGION", ["primary_region"]);
  return region === undefined ? merged : { ...merged, PRIMARY_REGION: region };
}

function servicesOf(its: (key: string) => Placed[], origins: Origins): Table[] {
  const http = its("http_service").slice(0, 1);
  return [
    ...http.map((section, index) => httpServiceOf(section, `services[${index}]`, origins)),
    ...its("services").map((section, index) => serviceOf(section, `services[${http.length + index}]`, origins)),
  ];
}

function initOf(file: Placed, group: string, origins: Origins): Table {
  const { cmd, entrypoint, exec } = tablesAt(file, "experimental")[0]?.table ?? {};
  const command = processesOf(file)[group];
  const words = (value: unknown) => (typeof value === "string" ? [value] : value);
  origins.note("init", ["experimental"]);
  origins.note("init.swap_size_mb", ["swap_size_mb"]);
  if (command) origins.note("init.cmd", ["processes", group]);
  return Object.fromEntries(
    Object.entries({
      cmd: command ? shellWords(command) : words(cmd),
      entrypoint: words(entrypoint),
      exec: words(exec),
      swap_size_mb: file.table["swap_size_mb"],
    }).filter(([, value]) => value !== undefined),
  );
}

/** Commands by group. The old spelling is a list of tables with name and command. */
export function processesOf(file: Placed): Record<string, string> {
  const sections = tablesAt(file, "processes");
  if (!Array.isArray(file.table["processes"])) {
    return Object.fromEntries(Object.entries(sections[0]?.table ?? {}).map(([name, text]) => [name, String(text)]));
  }
  return Object.fromEntries(
    sections.flatMap(({ table }) => (table["name"] ? [[String(table["name"]), String(table["command"] ?? "")]] : [])),
  );
}

/** The words of a command line, without quotes. */
const shellWords = (line: string): string[] =>
  (line.match(/(?:[^\s"'\\]|\\.|"(?:\\.|[^"\\])*"|'[^']*')+/g) ?? []).map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'|\\(.)/g, (_, double, plain, escaped) => double ?? plain ?? escaped),
  );

function single(key: string, section: Placed | undefined, origins: Origins): Table {
  origins.note(key, section?.path ?? [key]);
  if (section === undefined) return {};
  const { processes: _, ...table } = section.table;
  return { [key]: table };
}

/** `[checks.NAME]`, or in the old spelling `[[checks]]` with a name. A port not said is the http service's. */
function checksOf(file: Placed, its: (key: string) => Placed[], origins: Origins): Table {
  const whole = tablesAt(file, "checks");
  const named: [string, Placed][] = Array.isArray(file.table["checks"])
    ? whole.map((section) => [String(section.table["name"]), section])
    : whole.flatMap((all) =>
        Object.keys(all.table).flatMap((name) => tablesAt(all, name).map((one): [string, Placed] => [name, one])),
      );
  const port = its("http_service")[0]?.table["internal_port"];
  const checks = named.map(([name, section]) => {
    origins.note(`checks.${name}`, section.path);
    return [name, { ...(port !== undefined && { port }), ...checkOf(section) }];
  });
  return checks.length === 0 ? {} : { checks: Object.fromEntries(checks) };
}

const mountNames = {
  source: "name",
  destination: "path",
  auto_extend_size_threshold: "extend_threshold_percent",
  auto_extend_size_increment: "add_size_gb",
  auto_extend_size_limit: "size_gb_limit",
} as const;

function mountsOf(sections: readonly Placed[], origins: Origins): Table {
  if (sections.length === 0) return {};
  const mounts = sections.map(({ table, path }, index) => {
    origins.note(`mounts[${index}]`, path);
    const fields = Object.entries(mountNames).flatMap(([theirs, ours]) => {
      origins.note(`mounts[${index}].${ours}`, [...path, theirs]);
      const value = ours.includes("_gb") ? gigabytes(table[theirs]) : table[theirs];
      return value === undefined ? [] : [[ours, value]];
    });
    return Object.fromEntries(fields);
  });
  return { mounts };
}

/** A size in whole GB: a number, or decimal with its unit (flyctl, ParseSize with go-units). */
export function gigabytes(value: unknown): unknown {
  const said =
    typeof value === "number"
      ? [String(value), String(value), ""]
      : /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*$/i.exec(String(value ?? ""));
  if (!said) return value;
  const factor = { k: 1e-6, m: 1e-3, t: 1e3 }[(said[2] ?? "").toLowerCase()] ?? 1;
  return Math.floor(Number(said[1]) * factor);
}

/** Content is written in clear, which flyctl encodes. */
function filesOf(sections: readonly Placed[], origins: Origins): Table {
  if (sections.length === 0) return {};
  const files = sections.map(({ table, path }, index) => {
    origins.note(`files[${index}]`, path);
    const { processes: _, raw_value, ...rest } = table;
    return raw_value === undefined
      ? rest
      : { ...rest, raw_value: Buffer.from(String(raw_value), "utf8").toString("base64") };
  });
  return { files };
}

/** Bare numbers are seconds here. */
function stopOf(file: Placed, origins: Origins): Table {
  const experimental = tablesAt(file, "experimental")[0]?.table["kill_timeout"];
  const { kill_signal: signal, kill_timeout = experimental } = file.table;
  origins.note("stop_config", ["kill_signal"]);
  origins.note("stop_config.signal", ["kill_signal"]);
  const moved = file.table["kill_timeout"] === undefined && experimental !== undefined;
  origins.note("stop_config.timeout", moved ? ["experimental", "kill_timeout"] : ["kill_timeout"]);
  if (signal === undefined && kill_timeout === undefined) return {};
  const timeout = typeof kill_timeout === "number" ? `${kill_timeout}s` : kill_timeout;
  return { stop_config: { ...(signal !== undefined && { signal }), ...(timeout !== undefined && { timeout }) } };
}

function restartOf(section: Placed | undefined, origins: Origins): Table {
  if (section === undefined) return {};
  const { policy, retries } = section.table;
  origins.note("restart", section.path);
  origins.note("restart.max_retries", [...section.path, "retries"]);
  return {
    restart: { policy: policy === "never" ? "no" : policy, ...(retries !== undefined && { max_retries: retries }) },
  };
}

/**
 * The size of the group's machines. A section without `processes` is for every group, one that names the group wins.
 * Where there is none, machines keep what `fly scale` gave them.
 */
function guestOf(file: Placed, group: string, origins: Origins): Table {
  const sections = ["compute", "computes", "vm"].flatMap((key) => tablesAt(file, key));
  const names = ({ table }: Placed) => (Array.isArray(table["processes"]) ? table["processes"] : []);
  const section =
    sections.findLast((one) => names(one).includes(group)) ?? sections.find((one) => names(one).length === 0);
  origins.note("guest", section?.path ?? ["vm"]);
  if (section === undefined) return { guest: unknown };
  const { size, memory, processes: _, ...more } = section.table;
  const mb = megabytes(memory);
  const key = section.table["memory_mb"] === undefined && memory !== undefined ? "memory" : "memory_mb";
  origins.note("guest.memory_mb", [...section.path, key]);
  origins.note("guest.gpu_kind", [...section.path, more["gpu_kind"] === undefined ? "size" : "gpu_kind"]);
  return { guest: { ...presetOf(size, more["gpu_kind"]), ...(mb !== undefined && { memory_mb: mb }), ...more } };
}

/** What a size has by itself. How much that is of one that no table has, nobody knows. */
function presetOf(size: unknown, gpu: unknown): Table {
  const name = size ?? (gpu === undefined ? "shared-cpu-1x" : "performance-8x");
  const preset = typeof name === "string" ? sizes[name] : undefined;
  if (preset) return { cpu_kind: preset.cpuKind, cpus: preset.cpus, memory_mb: preset.memoryMb };
  if (retiredSizes.includes(String(name)))
    return { cpu_kind: "performance", cpus: 8, memory_mb: 32_768, gpu_kind: name };
  return { cpu_kind: name, memory_mb: unknown };
}

/** A number of MB, or binary with its unit. */
function megabytes(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const said = /^\s*(\d+(?:\.\d+)?)\s*([kmgt]?)i?b?\s*$/i.exec(value);
  if (!said) return value;
  const factor = { k: 1 / 1024, g: 1024, t: 1024 * 1024 }[(said[2] ?? "").toLowerCase()] ?? 1;
  return Math.floor(Number(said[1]) * factor);
}
