import { createHash } from "node:crypto";
import { hostOf } from "./host.ts";
import { loadOf } from "./load.ts";
import type { Machine, Volume } from "./record.ts";
import type { World } from "./state.ts";
import { goneVolumeStates } from "./transitions.ts";

const [mib, gib] = [1024 ** 2, 1024 ** 3];

type Labels = Record<string, string>;

/** A series as a scrape has it. */
interface Sample {
  name: string;
  labels: Labels;
  value: number;
}

const types: Record<string, "gauge" | "counter"> = {
  fly_instance_up: "gauge",
  fly_instance_memory_mem_total: "gauge",
  fly_instance_memory_mem_available: "gauge",
  fly_instance_cpu: "counter",
  fly_volume_size_bytes: "gauge",
  fly_volume_used_pct: "gauge",
};

/**
 * What Fly measures of machines and volumes (Fly docs, monitoring/metrics), in Prometheus's text format, for a Prometheus
 * that is pointed here: of Fly's own only the answers to queries are to be seen.
 */
export function exposition(world: World): string {
  const running = world.machines.all().filter(({ state }) => state === "started");
  const volumes = world.volumes.all().filter(({ state }) => !goneVolumeStates.includes(state));
  const samples = [
    ...running.flatMap((machine) => ofMachine(world, machine)),
    ...volumes.flatMap((volume) => ofVolume(volume)),
  ];
  const families = Map.groupBy(samples, ({ name }) => name);
  return [...families]
    .map(([name, members]) => `# TYPE ${name} ${types[name]}\n${members.map(line).join("")}`)
    .join("");
}

const line = ({ name, labels, value }: Sample) =>
  `${name}{${Object.entries(labels)
    .map(([label, text]) => `${label}=${JSON.stringify(text)}`)
    .join(",")}} ${value}\n`;

/** Four hexadecimal digits for a host, as Fly labels them. */
const short = (host: string) => createHash("sha256").update(host).digest("hex").slice(0, 4);

function ofMachine(world: World, machine: Machine): Sample[] {
  const { app, region, id: instance, config, startedAt = 0 } = machine;
  const now = world.clock.now();
  const { memory, busyMs } = loadOf(machine, now);
  const total = config.guest.memory_mb * mib;
  const labels = { app, region, host: short(hostOf(world, machine)), instance };
  const sample = (name: string, value: number, more: Labels = {}) => ({ name, labels: { ...labels, ...more }, value });
  const cpus = Array.from({ length: config.guest.cpus }, (_, cpu) => String(cpu));
  // Counted in hundredths of a second.
  const idleMs = Math.max(0, now - startedAt - busyMs);
  return [
    sample("fly_instance_up", 1),
    sample("fly_instance_memory_mem_total", total),
    sample("fly_instance_memory_mem_available", Math.round(total * (1 - memory))),
    ...cpus.flatMap((cpu_id) => [
      sample("fly_instance_cpu", busyMs / 10, { cpu_id, mode: "user" }),
      sample("fly_instance_cpu", idleMs / 10, { cpu_id, mode: "idle" }),
    ]),
  ];
}

function ofVolume({ app, region, host, id, sizeGb, bytesUsed = 0 }: Volume): Sample[] {
  const labels = { app, region, host: short(host), id };
  return [
    { name: "fly_volume_size_bytes", labels, value: sizeGb * gib },
    { name: "fly_volume_used_pct", labels, value: (bytesUsed / (sizeGb * gib)) * 100 },
  ];
}
