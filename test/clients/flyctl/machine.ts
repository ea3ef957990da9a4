import { tour } from "./app.ts";
import { columns, found, pairs, rows, sorted } from "./table.ts";
import type { Group } from "./tour.ts";
import type { Machine } from "./world.ts";

const image = ({ image_ref: { repository, tag } }: Machine) => `${repository}:${tag}`;

export const size = ({ config: { guest } }: Machine) => `${guest.cpu_kind}-cpu-${guest.cpus}x:${guest.memory_mb}MB`;

/** Checks that flyctl shows: it leaves out the mirrors that a bluegreen deploy needs. */
export const checksOf = ({ checks = [] }: Machine) => checks.filter(({ name }) => !name.startsWith("bg_deployments_"));

/** A machine as `machine list` has to print it. */
function listed(machine: Machine): string[] {
  const { id, name, state, region, private_ip, created_at, updated_at, config } = machine;
  const checks = checksOf(machine);
  const passing = checks.filter(({ status }) => status === "passing").length;
  return [
    id,
    name,
    state,
    checks.length === 0 ? "" : `${passing}/${checks.length}`,
    region,
    image(machine),
    private_ip,
    config.mounts?.[0]?.volume ?? "",
    created_at,
    updated_at,
    config.metadata?.["fly_process_group"] ?? "",
    size(machine),
  ];
}

/** `machine list` of an app against Fly's API, every column. */
export async function claimList(group: Group, app: string): Promise<void> {
  const machines = await group.world.machines(app);
  const printed = await group.flyctl(`machine list -a ${app}`);
  const names = ["ID", "NAME", "STATE", "CHECKS", "REGION", "IMAGE", "IP ADDRESS", "VOLUME", "CREATED", "LAST UPDATED"];
  group.claim(
    "has each machine of Fly's API in every column: state, checks, region, image, address, volume, times, group, size",
    columns(rows(printed, "ID"), ...names, "PROCESS GROUP", "SIZE"),
    sorted(machines.map(listed)),
  );
}

export async function machines(group: Group): Promise<void> {
  const one = await runs(group);
  await claimList(group, tour);
  await status(group, one);
  await update(group, one);
  await stopAndStart(group, one);
  await destroy(group);
}

async function runs(group: Group): Promise<string> {
  const { world } = group;
  const [volume] = await world.volumes(tour);
  const printed = await group.flyctl(
    `machine run nginx:1.27 -a ${tour} -r fra --name one -v ${volume.id}:/data --port 80:8080/tcp:http --metadata role=web`,
  );
  const id = found(printed, /Machine ID: (\w+)/);
  const machine = await world.machine(tour, id);
  group.claim(
    "the machine runs, in that region, by that name",
    [machine.state, machine.region, machine.name],
    ["started", "fra", "one"],
  );
  group.claim(
    "its instance and address are those that were printed",
    [machine.instance_id, machine.private_ip],
    [found(printed, /Instance ID: (\w+)/), found(printed, /private ip\n\s+(\S+)/)],
  );
  group.claim("its image has the digest that was printed", machine.image_ref.digest, found(printed, /@(sha256:\w+)/));
  group.claim(
    "it mounts the volume",
    machine.config.mounts?.map((mount) => [mount.volume, mount.path]),
    [[volume.id, "/data"]],
  );
  group.claim(
    "its service and its metadata are as asked",
    [machine.config.services?.[0]?.internal_port, machine.config.metadata?.["role"]],
    [8080, "web"],
  );
  await group.flyctl(`machine run nginx:1.27 -a ${tour} -r ams --name two --vm-memory 512`);
  const all = await world.machines(tour);
  group.claim(
    "another one runs in Amsterdam with the memory asked for",
    all.filter(({ region }) => region === "ams").map(size),
    ["shared-cpu-1x:512MB"],
  );
  await world.happen({ kind: "unpullable-image", image: "nginx:gone" });
  await group.flyctl(`machine run nginx:gone -a ${tour} -r fra`, { refused: /could not find image "nginx:gone"/ });
  group.claim("no machine was made for an image that cannot be pulled", (await world.machines(tour)).length, 2);
  return id;
}

async function status(group: Group, id: string): Promise<void> {
  const machine = await group.world.machine(tour, id);
  const printed = await group.flyctl(`machine status ${id} -a ${tour}`);
  const said = pairs(printed.slice(printed.indexOf("VM\n")));
  group.claim(
    "shows the machine as Fly's API does",
    [
      "ID",
      "Instance ID",
      "State",
      "Image",
      "Name",
      "Private IP",
      "Region",
      "CPU Kind",
      "Memory",
      "Created",
      "Updated",
      "Volume",
    ].map((name) => said[name]),
    [
      machine.id,
      machine.instance_id,
      machine.state,
      image(machine),
      machine.name,
      machine.private_ip,
      machine.region,
      machine.config.guest.cpu_kind,
      String(machine.config.guest.memory_mb),
      machine.created_at,
      machine.updated_at,
      machine.config.mounts?.[0]?.volume,
    ],
  );
  const events = columns(rows(printed, "STATE"), "STATE", "EVENT", "SOURCE", "TIMESTAMP");
  group.claim(
    "its events are those of Fly's API",
    // flyctl leaves out zeros at the end of a second's fraction.
    sorted(events.map((cells) => cells.map((cell) => (/^\d{4}-/.test(cell) ? Date.parse(cell) : cell)))),
    sorted(machine.events.map((event) => [event.status, event.type, event.source, event.timestamp])),
  );
}

async function update(group: Group, id: string): Promise<void> {
  const before = await group.world.machine(tour, id);
  await group.flyctl(`machine update ${id} -a ${tour} --image nginx:1.28 --metadata role=api --vm-memory 512 --yes`);
  const after = await group.world.machine(tour, id);
  group.claim(
    "the machine keeps its id and its volume and has the new image, metadata and memory",
    [
      after.image_ref.tag,
      after.config.metadata?.["role"],
      after.config.guest.memory_mb,
      after.config.mounts?.[0]?.volume,
    ],
    ["1.28", "api", 512, before.config.mounts?.[0]?.volume],
  );
  group.claim(
    "it is another instance of it, and runs",
    [after.instance_id !== before.instance_id, after.state],
    [true, "started"],
  );
}

async function stopAndStart(group: Group, id: string): Promise<void> {
  await group.flyctl(`machine stop ${id} -a ${tour}`);
  group.claim("it is stopped", (await group.world.machine(tour, id)).state, "stopped");
  await group.flyctl(`machine start ${id} -a ${tour}`);
  group.claim("it runs again", (await group.world.machine(tour, id)).state, "started");
  group.claim("nobody holds a lease", await group.world.leased(tour), []);
}

/** Of the second one: the first has the volume, of which there will be snapshots. */
async function destroy(group: Group): Promise<void> {
  const { world } = group;
  const id = (await world.machines(tour)).find(({ region }) => region === "ams")?.id ?? "";
  await group.flyctl(`machine destroy ${id} -a ${tour}`, { refused: /either stop first or use --force/ });
  group.claim("it runs on", (await world.machine(tour, id)).state, "started");
  await group.flyctl(`machine destroy ${id} -a ${tour} --force`);
  await world.pass(60);
  group.claim(
    "it is gone, and the other is there",
    (await world.machines(tour)).map(({ name }) => name),
    ["one"],
  );
}
