import { checkResults } from "../machine-check.ts";
import type { Machine } from "../record.ts";
import type { World } from "../state.ts";
import { moment } from "./clock.ts";
import { counted, folded, html, identifier, type Markup, section, table } from "./markup.ts";
import { chip, type Standing } from "./standing.ts";

interface Result {
  readonly machine: Machine;
  readonly name: string;
  readonly status: string;
  readonly updated_at: string;
}

/** More rows than this nobody reads: the rest is counted. */
const mostRows = 100;

const standingOf: Readonly<Record<string, Standing>> = { passing: "runs", warning: "moves", critical: "fails" };

/** Fly lists each service's check a second time under this name, for flyctl's blue-green deploys. */
const isTwin = ({ name }: { name: string }) => name.startsWith("bg_deployments_compat-");

/** Checks by app and name, then those that do not pass. What a check printed may hold anything, and is not shown. */
export function checksSection(world: World): Markup {
  const results = world.machines.all().flatMap((machine) => resultsOf(world, machine));
  if (results.length === 0) return section("checks", "Checks", "", html`<p class="none">No check has a result.</p>`);
  const others = results.filter(({ status }) => status !== "passing");
  const note = others.length === 0 ? `all ${results.length} pass` : `${others.length} of ${results.length} not passing`;
  const byName = [...Map.groupBy(results, ({ machine, name }) => JSON.stringify([machine.app, name]))];
  const summary = table(
    ["app", "check", "results"],
    byName.map(([key, all]) => {
      const [app = "", name = ""] = JSON.parse(key) as string[];
      return [app, name, statusChips(all)];
    }),
  );
  if (others.length === 0) return section("checks", "Checks", note, summary);
  const head = html`${counted(others.length, "result")} that ${others.length === 1 ? "does" : "do"} not pass`;
  return section("checks", "Checks", note, [summary, folded("checks-failing", true, head, resultTable(world, others))]);
}

const resultsOf = (world: World, machine: Machine): Result[] =>
  machine.state === "started"
    ? (checkResults(world, machine) ?? []).filter((one) => !isTwin(one)).map((result) => ({ machine, ...result }))
    : [];

const statusChip = (status: string, text = status) => chip(standingOf[status] ?? "rests", text);

function statusChips(results: readonly Result[]): Markup {
  const byStatus = [...Map.groupBy(results, ({ status }) => status)];
  return html`<span class="chips">${byStatus.map(([status, all]) => statusChip(status, `${all.length} ${status}`))}</span>`;
}

function resultTable(world: World, results: readonly Result[]): Markup {
  const rows = results
    .slice(0, mostRows)
    .map(({ machine, name, status, updated_at }) => [
      machine.app,
      identifier(machine.id),
      machine.region,
      name,
      statusChip(status),
      moment(world, Date.parse(updated_at)),
    ]);
  const rest = results.length - rows.length;
  return html`${table(["app", "machine", "region", "check", "status", "since"], rows)}${rest > 0 ? html`<p>And ${rest} more.</p>` : html``}`;
}
