import { ids, passing, tags } from "./deploy.ts";
import { pairs, rows } from "./table.ts";
import type { Group } from "./tour.ts";

export const fragile = "fragile";

const flyToml = `app = "${fragile}"
primary_region = "fra"

[checks.alive]
  type = "http"
  port = 8080
  path = "/alive"
  grace_period = "1s"
  interval = "2s"
  timeout = "1s"
`;

/** A release whose checks never pass: flyctl gives up at the first machine and leaves the other. */
export async function failingDeploy(group: Group): Promise<void> {
  const { world } = group;
  group.settle(fragile, { "fly.toml": flyToml });
  await group.flyctl(`apps create ${fragile} -o local`);
  await group.flyctl("deploy --image nginx:1.27 --ha=false --yes");
  await group.flyctl("scale count 2 --yes");
  const before = await world.machines(fragile);
  group.claim("two machines run and pass their check", before.map(passing), [true, true]);

  await world.happen({ kind: "failing-image", image: "nginx:bad" });
  await group.flyctl("deploy --image nginx:bad --wait-timeout 15s --yes", { refused: /health checks/ });
  const after = await world.machines(fragile);
  group.claim(
    "they are the same machines, and no lease is left",
    [ids(after), await world.leased(fragile)],
    [ids(before), []],
  );
  const good = after.filter(passing);
  group.claim("one of them still runs what it ran before", [good.length, tags(good)], [1, ["1.27"]]);

  const status = await group.flyctl("status");
  const shown = rows(status, "PROCESS").map(({ ID, CHECKS }) => [ID, /passing/.test(CHECKS ?? "")]);
  group.claim("shows which one fails", shown.sort(), after.map((one) => [one.id, passing(one)]).sort());
  group.claim("is of that app", pairs(status)["Name"], fragile);
  const releases = rows(await group.flyctl("releases"), "VERSION").map(({ VERSION, STATUS }) => [VERSION, STATUS]);
  group.claim("says which release failed", releases, [
    ["v2", "failed"],
    ["v1", "complete"],
  ]);
}
