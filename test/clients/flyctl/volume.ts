import { tour } from "./app.ts";
import { columns, pairs, rows, sorted } from "./table.ts";
import type { Group } from "./tour.ts";

const gigabytes = (size: number) => `${size}GB`;

export async function volumes(group: Group): Promise<void> {
  const { world } = group;
  const made = pairs(await group.flyctl(`volumes create data -a ${tour} -r fra -s 1 --yes`));
  const [volume, ...others] = await world.volumes(tour);
  group.claim("makes one volume", others.length, 0);
  group.claim(
    "shows it as Fly's API does: id, name, app, region, size, days that snapshots are kept",
    ["ID", "Name", "App", "Region", "Size GB", "Encrypted", "Snapshot retention"].map((name) => made[name]),
    [volume.id, "data", tour, "fra", "1", "true", String(volume.snapshot_retention)],
  );

  await group.flyctl(`volumes create tiny -a ${tour} -r fra -s 0 --yes`, { refused: /size_gb must be 1 to 500/ });
  group.claim("makes none", (await world.volumes(tour)).length, 1);

  const grown = pairs(await group.flyctl(`volumes extend ${volume.id} -a ${tour} -s 3 --yes`));
  const size = async () => (await world.volumes(tour))[0].size_gb;
  group.claim("says its new size, which is true", [grown["ID"], grown["Size GB"], await size()], [volume.id, "3", 3]);

  await group.flyctl(`volumes extend ${volume.id} -a ${tour} -s 2 --yes`, { refused: /cannot be made smaller/ });
  group.claim("its size stays", await size(), 3);

  const list = await group.flyctl(`volumes list -a ${tour}`);
  const all = await world.volumes(tour);
  group.claim(
    "lists what Fly's API lists: id, state, name, size, region, zone, what it is attached to",
    columns(rows(list, "ID"), "ID", "STATE", "NAME", "SIZE", "REGION", "ZONE", "ATTACHED VM"),
    sorted(
      all.map((one) => [
        one.id,
        one.state,
        one.name,
        gigabytes(one.size_gb),
        one.region,
        one.zone,
        one.attached_machine_id ?? "",
      ]),
    ),
  );
}

/** Of the volume that a machine has mounted by now, for Fly makes none of one that nobody ever used. */
export async function snapshots(group: Group): Promise<void> {
  const { world } = group;
  const [volume] = await world.volumes(tour);
  const path = `/v1/apps/${tour}/volumes/${volume.id}/snapshots`;
  const before = (await world.ask(path)).length;
  await group.flyctl(`volumes snapshots create ${volume.id}`);
  await world.until("the snapshot", async () =>
    (await world.ask(path)).every((one: { status: string }) => one.status === "created"),
  );
  const kept = await world.ask(path);
  group.claim("makes one snapshot", kept.length, before + 1);

  const list = await group.flyctl(`volumes snapshots list ${volume.id}`);
  group.claim(
    "lists what Fly's API lists: id, state, days that it is kept",
    columns(rows(list, "ID"), "ID", "STATUS", "RETENTION DAYS"),
    sorted(kept.map((one: Record<string, unknown>) => [one["id"], one["status"], String(one["retention_days"])])),
  );
  group.claim("its size is the volume's", rows(list, "ID")[0]?.["VOL SIZE"], `${volume.size_gb}.0 GiB`);
}
