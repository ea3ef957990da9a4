import type { Volume } from "../record.ts";
import type { World } from "../state.ts";
import { counted, folded, html, identifier, type Markup, section, table } from "./markup.ts";
import { chip } from "./standing.ts";

/** With no more volumes than this, each is shown unfolded. */
const fewVolumes = 24;

/** Volumes by region and host: what is lost together stands together. */
export function volumesSection(world: World): Markup {
  const volumes = world.volumes.all().toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1));
  if (volumes.length === 0) return section("volumes", "Volumes", "", html`<p class="none">There is no volume.</p>`);
  const sizeGb = volumes.reduce((sum, volume) => sum + volume.sizeGb, 0);
  const regions = [...Map.groupBy(volumes, ({ region }) => region)];
  return section("volumes", "Volumes", `${volumes.length} on ${hostsOf(volumes)}, ${sizeGb} GB`, [
    table(
      ["region", "volumes", "hosts", "size"],
      regions.map(([region, all]) => [
        region,
        all.length,
        new Set(all.map(({ host }) => host)).size,
        `${all.reduce((sum, volume) => sum + volume.sizeGb, 0)} GB`,
      ]),
    ),
    folded(
      "volumes-each",
      volumes.length <= fewVolumes,
      html`${counted(volumes.length, "volume")} by host`,
      volumeTable(volumes),
    ),
  ]);
}

const placeOf = ({ region, host, name }: Volume) => `${region} ${host} ${name}`;
const hostsOf = (volumes: readonly Volume[]) => counted(new Set(volumes.map(({ host }) => host)).size, "host");

const volumeTable = (volumes: readonly Volume[]) =>
  table(
    ["host", "volume", "name", "app", "size", "state", "machine"],
    volumes.map(({ host, hostStatus, id, name, app, sizeGb, state, attachedTo }) => [
      hostStatus === "ok" ? host : html`${host} ${chip("fails", hostStatus)}`,
      identifier(id),
      name,
      app,
      `${sizeGb} GB`,
      state,
      attachedTo === null ? "–" : identifier(attachedTo),
    ]),
  );
