import { type FlyMachine, reportsOf, shownConfig } from "../../fly/machine.ts";

/** Whether the machine runs Fly's image of a Postgres that its owner manages (fly/api.md §18.2). */
export const isPostgres = (machine: FlyMachine): boolean =>
  /\bflyio\/postgres/.test(String(shownConfig(machine)["image"] ?? "")) || roleOf(machine) !== undefined;

/**
 * What its check `role` says it is: `primary`, `replica` and the like; older images say `leader`. `undefined` where it
 * has no such check or that does not pass (flyctl, machine status).
 */
export function roleOf(machine: FlyMachine): string | undefined {
  const report = reportsOf(machine).find(({ name }) => name === "role");
  if (report?.status !== "passing") return undefined;
  const [role] = /\b(primary|leader|replica|standby)\b/.exec(report.output ?? "") ?? [];
  return role === "leader" ? "primary" : role;
}
