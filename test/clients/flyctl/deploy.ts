import { claimLook, scale } from "./look.ts";
import { size } from "./machine.ts";
import { allFound, unique } from "./table.ts";
import type { Group } from "./tour.ts";
import type { Machine } from "./world.ts";

export const shop = "shop";

/** What the groups of deploys run: two machines, a service and a check. */
const flyToml = `app = "shop"
primary_region = "fra"

[env]
  LOG_LEVEL = "info"

[http_service]
  internal_port = 8080

  [[http_service.checks]]
    grace_period = "2s"
    interval = "5s"
    timeout = "2s"
    method = "GET"
    path = "/healthz"

[[vm]]
  size = "shared-cpu-1x"
  memory = "512mb"
`;

export const ids = (machines: readonly Machine[]) => machines.map(({ id }) => id).sort();
export const tags = (machines: readonly Machine[]) => [...new Set(machines.map(({ image_ref }) => image_ref.tag))];
export const passing = ({ checks = [] }: Machine) =>
  checks.length > 0 && checks.every(({ status }) => status === "passing");

export async function firstDeploy(group: Group): Promise<void> {
  const { world } = group;
  group.settle(shop, { "fly.toml": flyToml });
  await group.flyctl(`apps create ${shop} -o local`);
  const printed = await group.flyctl("deploy --image nginx:1.25 --yes");
  const machines = await world.machines(shop);
  group.claim(
    "the machines it says it made are the app's",
    unique(allFound(printed, /Machine (\w{14}) \[app\] was created/g)),
    ids(machines),
  );
  group.claim("they are two, of the size in fly.toml", machines.map(size), [
    "shared-cpu-1x:512MB",
    "shared-cpu-1x:512MB",
  ]);
  group.claim(
    "they run the image, pass their checks, and nobody holds a lease",
    [tags(machines), machines.map(passing), await world.leased(shop)],
    [["1.25"], [true, true], []],
  );
  const { ips } = await world.ask(`/v1/apps/${shop}/ip_assignments`);
  group.claim(
    "it says that it could give no addresses, and the app has none",
    [/Failed to provision IP addresses/.test(printed), ips],
    [true, []],
  );
  group.claim(
    "they have the environment of fly.toml",
    machines.map(({ config }) => config.env?.["LOG_LEVEL"]),
    ["info", "info"],
  );
  await claimLook(group, shop, 1);
  await scale(group, shop);
}

/** What each strategy has to leave behind. */
async function deployed(
  group: Group,
  strategy: string,
  tag: string,
): Promise<{ before: Machine[]; after: Machine[]; printed: string }> {
  const { world } = group;
  const before = await world.machines(shop);
  const printed = await group.flyctl(`deploy --image nginx:${tag} --strategy ${strategy} --yes`);
  const after = await world.machines(shop);
  group.claim(
    "exactly the new image runs",
    [tags(after), after.map(({ state }) => state)],
    [[tag], after.map(() => "started")],
  );
  group.claim(
    "on as many machines as before, in the same regions",
    after.map(({ region }) => region).sort(),
    before.map(({ region }) => region).sort(),
  );
  group.claim(
    "all checks pass, none is cordoned, no lease is left",
    [after.every(passing), after.some(({ cordoned }) => cordoned), await world.leased(shop)],
    [true, false, []],
  );
  return { before, after, printed };
}

export async function strategies(group: Group): Promise<void> {
  const { world } = group;
  group.settle(shop, {});
  const rolling = await deployed(group, "rolling", "1.26");
  group.claim("they are the same machines", ids(rolling.after), ids(rolling.before));

  const canary = await deployed(group, "canary", "1.27");
  const birds = allFound(canary.printed, /Machine (\w{14}) \[app\] was created/g);
  group.claim(
    "it made one machine more, which is gone",
    [unique(birds).length, ids(canary.after).filter((id) => birds.includes(id))],
    [1, []],
  );
  group.claim("they are the same machines", ids(canary.after), ids(canary.before));

  const { before, after, printed } = await deployed(group, "bluegreen", "1.28");
  group.claim("they are the machines it says it made", ids(after), unique(allFound(printed, /Created machine (\w+)/g)));
  group.claim(
    "the old ones are those it says it destroyed",
    ids(before),
    unique(allFound(printed, /Machine (\w+) \[app\] destroyed/g)),
  );
  const { machines } = await world.ask("/_local/world");
  const left = (machines as Machine[]).filter(({ id, state }) => ids(before).includes(id) && state !== "destroyed");
  group.claim("and are gone", left, []);
  await claimLook(group, shop, 4);
  await unpullable(group);
}

async function unpullable(group: Group): Promise<void> {
  const { world } = group;
  const before = await world.machines(shop);
  await world.happen({ kind: "unpullable-image", image: "nginx:missing" });
  await group.flyctl("deploy --image nginx:missing --yes", { refused: /could not find image "nginx:missing"/ });
  const after = await world.machines(shop);
  const of = (machines: readonly Machine[]) => machines.map(({ id, instance_id }) => [id, instance_id]).sort();
  group.claim("no machine was touched, and no lease is left", [of(after), await world.leased(shop)], [of(before), []]);
  const { releases } = await world.ask(`/api/v1/apps/${shop}/releases`);
  group.claim("Fly's book has no release of it", releases.length, 4);
}
