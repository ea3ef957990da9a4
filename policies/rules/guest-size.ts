import { checkGuest, cpuKinds, isCpuChoice, retiredSizes, sizesAsOf } from "../../fly/sizes.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

const withdrawn = { found: "asks for a GPU, which Fly withdrew on 2026-08-01", wanted: "none" };

function* gpu(config: Reading): Generator<Finding> {
  const [kind, size] = [config.at("guest.gpuKind"), config.at("size")];
  if (kind.text() !== undefined) yield { path: kind.path, ...withdrawn };
  if (retiredSizes.includes(size.text() ?? "")) yield { path: size.path, ...withdrawn };
}

function* combination(guest: Reading): Generator<Finding> {
  const [cpuKind, cpus] = [guest.at("cpuKind").text() ?? "shared", guest.at("cpus").number() ?? 1];
  const memory = guest.at("memoryMb");
  const wanted = "a size that `fly platform vm-sizes` lists";
  if (!isCpuChoice(cpuKind, cpus)) {
    // Fly may sell it by now, so what the table lacks is only a warning.
    const what = Object.hasOwn(cpuKinds, cpuKind) ? `has ${cpus} ${cpuKind} CPUs` : "has a kind of CPU";
    yield { path: guest.path, found: `${what} that Fly did not sell on ${sizesAsOf.date}`, wanted, priority: "P3" };
    return;
  }
  const memoryMb = memory.number();
  const problem = memoryMb === undefined ? undefined : checkGuest({ cpuKind, cpus, memoryMb });
  if (problem !== undefined) yield { path: memory.path, found: `cannot be had: ${problem}`, wanted };
}

export const guestSize = defineRule({
  id: "FLY-SIZ-01",
  slug: "guest-size",
  title: "Machines have a size that Fly sells",
  priority: "P1",
  why: "Fly refuses other sizes when the machine is made or changed: the release stops half way.",
  fix: {
    component: "give `size` one of Fly's names, and `memoryMb` within its range",
    resource: "give `config.guest` CPUs and memory that go together",
    flyctl: "`fly platform vm-sizes`, then `fly scale vm <size> --memory <MB>`",
  },
  url: "https://fly.io/docs/machines/guides-examples/machine-sizing/",
  rows: ["D5"],
  level: "resource",
  subjects: workloadsOf,
  *check({ config }) {
    yield* each([() => gpu(config), () => combination(config.at("guest"))], (look) => look());
  },
});
