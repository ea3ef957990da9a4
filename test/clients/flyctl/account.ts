import { columns, rows, sorted } from "./table.ts";
import type { Group } from "./tour.ts";

/** Who one is, what there is before anything is made, and the clusters of Managed Postgres. */
export async function account(group: Group): Promise<void> {
  const { world } = group;
  const whoami = await group.flyctl("auth whoami");
  group.claim("names nobody's real address", whoami.trim(), "local@example.invalid");

  const orgs = await group.flyctl("orgs list");
  const { tokens } = await world.ask("/v1/tokens/current");
  const wanted = tokens.map(({ organization, org_slug }: Record<string, string>) => [organization, org_slug]);
  const listed = orgs
    .trim()
    .split("\n")
    .slice(2)
    .map((line) =>
      line
        .trim()
        .split(/\s{2,}/)
        .slice(0, 2),
    );
  group.claim("names the organisation of the token, and no other", listed, wanted);

  const regions = await group.flyctl("platform regions", { lines: 15 });
  const { Regions } = await world.ask("/v1/platform/regions");
  const shown = Regions.filter((one: Record<string, unknown>) => one["deprecated"] !== true);
  const codes = rows(regions, "NAME").filter(({ CODE }) => CODE !== "");
  group.claim(
    "has every region of Fly's API that is not about to go, with its name, and says where Managed Postgres is",
    columns(codes, "NAME", "CODE", "MPG"),
    sorted(shown.map((one: Record<string, unknown>) => [one["name"], one["code"], one["mpg_available"] ? "✓" : ""])),
  );

  await group.flyctl("status -a nobodys-app", { refused: /Could not find App/ });
}

/** The cluster is made by a call of its own API: flyctl asks many questions before it makes one. */
export async function postgres(group: Group): Promise<void> {
  const { world } = group;
  const { data } = await world.ask("/v1/postgres", "POST", {
    org_slug: "local",
    name: "books",
    plan: "basic",
    region: "fra",
  });
  const path = `/v1/postgres/${data.id}`;
  await world.until("the cluster", async () => (await world.ask(path)).data.status === "ready");
  const printed = await group.flyctl("mpg list -o local");
  const cluster = (await world.ask(path)).data;
  group.claim(
    "lists the one cluster there is, as its own API has it",
    columns(rows(printed, "ID"), "ID", "NAME", "REGION", "STATUS", "PLAN"),
    [[cluster.id, "books", cluster.region, cluster.status, cluster.plan]],
  );
  group.claim("and it is ready in Frankfurt", [cluster.status, cluster.region], ["ready", "fra"]);
}
