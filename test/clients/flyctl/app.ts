import { columns, pairs, rows } from "./table.ts";
import type { Group } from "./tour.ts";

/** The app that most groups are about. */
export const tour = "tour";

export async function apps(group: Group): Promise<void> {
  const { world } = group;
  const created = await group.flyctl(`apps create ${tour} -o local`);
  const { body: app } = await world.app(tour);
  group.claim("names the app", created.includes(`New app created: ${tour}`), true);
  group.claim("the app is there, in that organisation", [app.name, app.organization.slug], [tour, "local"]);

  await group.flyctl(`apps create ${tour} -o local`, { refused: /Name has already been taken/ });
  const { total_apps } = await world.ask("/v1/apps?org_slug=local");
  group.claim("there is still one app", total_apps, 1);

  const list = await group.flyctl("apps list");
  group.claim(
    "lists what Fly's API lists, with owner and status",
    columns(rows(list, "NAME"), "NAME", "OWNER", "STATUS"),
    [[tour, "local", app.status]],
  );

  const status = pairs(await group.flyctl(`status -a ${tour}`));
  group.claim(
    "says what an app without machines is",
    [status["Name"], status["Owner"], status["Hostname"], status["Image"]],
    [tour, "local", `${tour}.fly.dev`, "-"],
  );
}

/** The end of all that was made. */
export async function destruction(group: Group, names: readonly string[]): Promise<void> {
  const { world } = group;
  await group.flyctl("apps destroy nobodys-app --yes", { refused: /Could not find App/ });
  for (const name of names) {
    await group.flyctl(`apps destroy ${name} --yes`);
    await world.until(`the end of app ${name}`, async () => (await world.app(name)).status === 404);
    group.claim("the app is gone", (await world.app(name)).status, 404);
  }
  const { machines } = await world.ask("/_local/world");
  group.claim(
    "no machine outlived them",
    (machines as { app: string }[]).filter(({ app }) => names.includes(app)),
    [],
  );
  const list = await group.flyctl("apps list");
  group.claim("none of them is listed", rows(list, "NAME"), []);
}
