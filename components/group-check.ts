import { durationMs } from "../fly/duration.ts";
import { checkGuest, retiredSizes } from "../fly/sizes.ts";
import type { CheckTimes, GroupArgs, GroupVolumeArgs, HttpArgs } from "./arguments.ts";
import { concurrencyOf, timesOf } from "./group.ts";
import { guestOf, nearestSizes } from "./guest.ts";
import { known } from "./known-argument.ts";
import { duration, isRecord, knownKeys, oneOf, orList, type Report, show, wholeNumber } from "./mistake.ts";

const signals = ["SIGHUP", "SIGINT", "SIGQUIT", "SIGKILL", "SIGUSR1", "SIGUSR2", "SIGTERM"];

/** Reports what is wrong with a group wherever its machines are. */
export function groupMistakes(report: Report, path: string, group: GroupArgs): void {
  sizeMistakes(report, path, group);
  const { http, metrics, shutdown, volume } = group;
  if (metrics !== undefined && knownKeys(report, `${path}.metrics`, metrics, known.metrics)) {
    port(report, `${path}.metrics.port`, metrics.port);
    absolutePath(report, `${path}.metrics.path`, metrics.path);
  }
  if (http !== undefined && knownKeys(report, `${path}.http`, http, known.http))
    httpMistakes(report, `${path}.http`, http, guestOf(group)?.memoryMb ?? 0);
  checkMistakes(report, path, group);
  if (shutdown !== undefined && knownKeys(report, `${path}.shutdown`, shutdown, known.shutdown)) {
    oneOf(report, `${path}.shutdown.signal`, shutdown.signal, signals);
    duration(report, `${path}.shutdown.timeout`, shutdown.timeout, "1s", "300s");
  }
  if (volume !== undefined && knownKeys(report, `${path}.volume`, volume, known.volume)) {
    volumeMistakes(report, `${path}.volume`, volume);
  }
  oneOf(report, `${path}.replicas`, group.replicas, ["single-writer"]);
  oneOf(report, `${path}.restart`, group.restart, ["no", "always", "on-failure"]);
  if (group.command !== undefined && (!Array.isArray(group.command) || group.command.length === 0)) {
    report(`${path}.command`, `is ${show(group.command)}; give a list of words, such as ["bin/worker"]`);
  }
  if (group.raw !== undefined && !isRecord(group.raw))
    report(`${path}.raw`, `is ${show(group.raw)}; give an object of machine config`);
}

function sizeMistakes(report: Report, path: string, group: GroupArgs) {
  const { size = "shared-cpu-1x", memoryMb } = group;
  const guest = typeof size === "string" ? guestOf(group) : undefined;
  if (guest === undefined) {
    const gone = retiredSizes.includes(size) ? "which Fly no longer sells" : "which Fly does not sell";
    report(`${path}.size`, `is ${show(size)}, ${gone}; give ${orList(nearestSizes(String(size)))}`);
  } else if (memoryMb !== undefined && typeof memoryMb !== "number") {
    report(`${path}.memoryMb`, `is ${show(memoryMb)}; give a number of MB`);
  } else {
    const problem = checkGuest(guest);
    if (problem !== undefined) report(`${path}.memoryMb`, `is ${guest.memoryMb}; ${problem}`);
  }
}

function httpMistakes(report: Report, path: string, http: HttpArgs, memoryMb: number) {
  const { concurrency, check, autostop } = http;
  port(report, `${path}.port`, http.port);
  oneOf(report, `${path}.autostop`, autostop, ["off", "stop", "suspend"]);
  if (autostop === "suspend" && memoryMb > 2048) {
    const limit = "which Fly does up to 2048 MB of memory";
    report(`${path}.autostop`, `is "suspend", ${limit}, and the group has ${memoryMb}; give "stop"`);
  }
  if (concurrency !== undefined && knownKeys(report, `${path}.concurrency`, concurrency, known.concurrency)) {
    oneOf(report, `${path}.concurrency.type`, concurrency.type, ["requests", "connections"]);
    const { softLimit, hardLimit } = concurrencyOf(concurrency);
    wholeNumber(report, `${path}.concurrency.soft`, softLimit, 1, Number.POSITIVE_INFINITY);
    wholeNumber(report, `${path}.concurrency.hard`, hardLimit, 1, Number.POSITIVE_INFINITY);
    if (softLimit > hardLimit)
      report(`${path}.concurrency.soft`, `is ${softLimit}, above hard, ${hardLimit}; give at most that`);
  }
  if (check !== undefined && knownKeys(report, `${path}.check`, check, known.httpCheck)) {
    absolutePath(report, `${path}.check.path`, check.path);
    timeMistakes(report, `${path}.check`, check);
  }
}

function checkMistakes(report: Report, path: string, { checks = {}, http, metrics }: GroupArgs) {
  if (!isRecord(checks)) return report(`${path}.checks`, `is ${show(checks)}; give checks by name`);
  const served = [http?.port, metrics?.port].filter((number) => number !== undefined);
  for (const [name, check] of Object.entries(checks)) {
    const where = `${path}.checks.${name}`;
    if (!knownKeys(report, where, check, known.check)) continue;
    if (check.type === undefined) report(`${where}.type`, 'is missing; give "http" or "tcp"');
    oneOf(report, `${where}.type`, check.type, ["http", "tcp"]);
    port(report, `${where}.port`, check.port);
    // A group that Fly's proxy does not serve declares no port, so any may be right there.
    if (http !== undefined && Number.isInteger(check.port) && !served.includes(check.port)) {
      report(
        `${where}.port`,
        `is ${check.port}, which nothing in the group serves; give ${orList(served.map(String))}, or put the check into raw.checks if the process listens there`,
      );
    }
    if (check.type === "tcp" && (check.path !== undefined || check.method !== undefined)) {
      report(where, `is a tcp check, which has no path or method; give type "http" or leave them out`);
    }
    absolutePath(report, `${where}.path`, check.path);
    timeMistakes(report, where, check);
  }
}

function timeMistakes(report: Report, path: string, check: CheckTimes) {
  duration(report, `${path}.grace`, check.grace, "1s", "60s");
  duration(report, `${path}.interval`, check.interval, "2s", "60s");
  duration(report, `${path}.timeout`, check.timeout, "1s", "60s");
  const { timeout, interval } = timesOf(check);
  const [longest, apart] = [durationMs(timeout), durationMs(interval)];
  if (longest !== undefined && apart !== undefined && apart > 0 && longest >= apart) {
    report(`${path}.timeout`, `is ${show(timeout)}, not below interval, ${show(interval)}; give less`);
  }
}

function volumeMistakes(report: Report, path: string, volume: GroupVolumeArgs) {
  if (typeof volume.path !== "string" || !/^\/./.test(volume.path)) {
    report(`${path}.path`, `is ${show(volume.path)}; give an absolute path, such as "/data"`);
  }
  wholeNumber(report, `${path}.sizeGb`, volume.sizeGb, 1, 500);
  const { snapshotRetentionDays: days, existing = {} } = volume;
  if (days !== undefined) wholeNumber(report, `${path}.snapshotRetentionDays`, days, 1, 60);
  if (!isRecord(existing))
    report(`${path}.existing`, `is ${show(existing)}; give volume ids by slot, such as { "iad-0": id }`);
}

const port = (report: Report, path: string, value: unknown) => wholeNumber(report, path, value, 1, 65_535);

function absolutePath(report: Report, path: string, value: unknown) {
  if (value === undefined || (typeof value === "string" && value.startsWith("/"))) return;
  report(path, `is ${show(value)}; give a path that begins with /`);
}
