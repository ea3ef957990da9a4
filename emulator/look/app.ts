import { liveLease } from "../machine-view.ts";
import type { App, Machine } from "../record.ts";
import type { World } from "../state.ts";
import { groupOf } from "../timeline.ts";
import { moment } from "./clock.ts";
import { counted, folded, html, identifier, type Markup, section, table } from "./markup.ts";
import { present, stateChip, stateChips } from "./standing.ts";

/** With no more machines than this in all, an app is shown unfolded. */
const fewMachines = 30;

/** Each app: its groups by region, then its machines. */
export function appsSection(world: World): Markup {
  const apps = world.apps.all().toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const count = present(world.machines.all()).length;
  const isSmall = count <= fewMachines;
  const note = `${counted(apps.length, "app")}, ${counted(count, "machine")}`;
  if (apps.length === 0) return section("apps", "Apps", "", html`<p class="none">There is no app yet.</p>`);
  return section(
    "apps",
    "Apps",
    note,
    apps.map((app) => appOf(world, app, isSmall)),
  );
}

function appOf(world: World, app: App, isSmall: boolean): Markup {
  const machines = present(world.machines.of(app.name));
  const whose = app.org === "local" ? html`` : html` <small>of ${app.org}</small>`;
  const summary = html`<b>${app.name}</b>${whose} <small>${app.state}</small> ${stateChips(machines)}`;
  const id = `app-${app.name}`;
  if (machines.length === 0) return folded(id, false, summary, html`<p class="none">It has no machine.</p>`);
  const each = folded(
    `${id}-machines`,
    isSmall && machines.length <= 12,
    html`${counted(machines.length, "machine")}`,
    machineTable(world, machines),
  );
  return folded(id, isSmall, summary, html`${groupTable(machines)}${each}`);
}

function groupTable(machines: readonly Machine[]): Markup {
  const places = Map.groupBy(machines, (machine) => JSON.stringify([groupOf(machine), machine.region]));
  const rows = [...places]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, all]) => {
      const [group = "", region = ""] = JSON.parse(key) as string[];
      const images = [...new Set(all.map(({ config }) => config.image))];
      return [
        group === "" ? "–" : group,
        region,
        stateChips(all),
        html`${images.map((image) => html`<code>${image}</code> `)}`,
      ];
    });
  return table(["group", "region", "machines", "image"], rows);
}

/** Of a config only size and image: its environment, files and command may hold what is secret. */
const machineTable = (world: World, machines: readonly Machine[]) =>
  table(
    ["machine", "name", "group", "region", "state", "size", "since"],
    machines.map((machine) => {
      const { cpu_kind, cpus, memory_mb } = machine.config.guest;
      return [
        identifier(machine.id),
        machine.name,
        groupOf(machine) || "–",
        machine.region,
        html`<span class="chips">${stateChip(machine)}${marks(world, machine)}</span>`,
        `${cpu_kind}-cpu-${cpus}x, ${memory_mb} MB`,
        moment(world, machine.updatedAt),
      ];
    }),
  );

function marks(world: World, machine: Machine): Markup[] {
  const said = [machine.cordoned ? "cordoned" : "", liveLease(world, machine) === undefined ? "" : "leased"];
  return said.filter(Boolean).map((mark) => html`<span class="chip">${mark}</span>`);
}
