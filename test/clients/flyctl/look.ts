import { checksOf, claimList } from "./machine.ts";
import { allFound, columns, pairs, rows, sorted, unique } from "./table.ts";
import type { Group } from "./tour.ts";
import type { Machine } from "./world.ts";

const metadata = ({ config }: Machine, key: string) => config.metadata?.[key] ?? "";

/** `status`, `releases` and `checks list` against Fly's API after so many deploys. */
export async function claimLook(group: Group, app: string, deploys: number): Promise<void> {
  const { world } = group;
  const machines = await world.machines(app);
  const status = await group.flyctl("status");
  const said = pairs(status);
  const [first] = machines;
  group.claim(
    "names the app, its owner, its host name and the image that runs",
    [said["Name"], said["Owner"], said["Hostname"], said["Image"]],
    [app, "local", `${app}.fly.dev`, `${first?.image_ref.repository}:${first?.image_ref.tag}`],
  );
  group.claim(
    "has each machine of Fly's API: group, id, version, region, state, checks, time",
    columns(rows(status, "PROCESS"), "PROCESS", "ID", "VERSION", "REGION", "STATE", "CHECKS", "LAST UPDATED"),
    sorted(
      machines.map((one) => [
        metadata(one, "fly_process_group"),
        one.id,
        metadata(one, "fly_release_version"),
        one.region,
        one.state,
        `${checksOf(one).length} total, ${checksOf(one).length} passing`,
        one.updated_at,
      ]),
    ),
  );
  const releases = rows(await group.flyctl("releases"), "VERSION");
  const book = (await world.ask(`/api/v1/apps/${app}/releases`)).releases as Record<string, unknown>[];
  group.claim(
    "lists the releases of Fly's book, all complete",
    columns(releases, "VERSION", "STATUS", "DESCRIPTION", "USER"),
    sorted(book.map((one) => [`v${one["version"]}`, "complete", "Release", "local@example.invalid"])),
  );
  group.claim("there are as many as deploys", releases.length, deploys);
  const versions = new Set(machines.map((one) => metadata(one, "fly_release_version")));
  group.claim("every machine is of the newest", [...versions], [String(deploys)]);
}

/** An app grows by a machine in another region, and every command that looks at it sees that. */
export async function scale(group: Group, app: string): Promise<void> {
  const { world } = group;
  await claimScale(group, app);
  const before = (await world.machines(app)).map(({ id }) => id);
  const printed = await group.flyctl("scale count 1 --region ams --yes");
  const machines = await world.machines(app);
  group.claim(
    "the machine it says it made is the app's only new one",
    allFound(printed, /Created (\w+)/g),
    machines.map(({ id }) => id).filter((id) => !before.includes(id)),
  );
  group.claim(
    "it runs in Amsterdam, and two still do in Frankfurt",
    machines.map(({ region, state }) => `${region} ${state}`).sort(),
    ["ams started", "fra started", "fra started"],
  );
  await claimScale(group, app);

  const checks = rows(await group.flyctl("checks list"), "NAME");
  group.claim(
    "lists each check of each machine of Fly's API with its state and output",
    columns(checks, "NAME", "STATUS", "MACHINE", "OUTPUT"),
    sorted(
      (await world.machines(app)).flatMap((one) =>
        checksOf(one).map((check) => [check.name, check.status, one.id, check.output]),
      ),
    ),
  );
  await claimList(group, app);
  await config(group, app);
}

async function claimScale(group: Group, app: string): Promise<void> {
  const machines = await group.world.machines(app);
  const counts = unique(machines.map(({ region }) => region)).map((region) => {
    const count = machines.filter((one) => one.region === region).length;
    return count === 1 ? region : `${region}(${count})`;
  });
  const printed = rows(await group.flyctl("scale show"), "NAME");
  group.claim(
    "counts the machines of Fly's API by region, with their size",
    columns(printed, "NAME", "COUNT", "KIND", "CP US", "MEMORY", "REGIONS").map((row) =>
      row.map((cell) => cell.replaceAll(" ", "")),
    ),
    [["app", String(machines.length), "shared", "1", "512MB", counts.join(",")]],
  );
}

async function config(group: Group, app: string): Promise<void> {
  const printed = JSON.parse(await group.flyctl("config show"));
  const [machine] = await group.world.machines(app);
  group.claim("is of this app and its first region", [printed.app, printed.primary_region], [app, "fra"]);
  group.claim("its environment is in the machine's", { ...machine?.config.env, ...printed.env }, machine?.config.env);
  group.claim(
    "has the services of the machines",
    (printed.services ?? [printed.http_service]).map((one: Record<string, unknown>) => one["internal_port"]),
    machine?.config.services?.map(({ internal_port }) => internal_port),
  );
}
