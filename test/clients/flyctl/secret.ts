import { columns, rows, sorted } from "./table.ts";
import type { Group } from "./tour.ts";

export const worker = "worker";

const values = { KEY: "a-value-of-KEY", URL: "a-value-of-URL", EXTRA: "a-value-of-EXTRA" };

/** On an app without services and checks, where nothing has to become healthy. */
export async function secrets(group: Group): Promise<void> {
  const { world } = group;
  for (const [name, value] of Object.entries(values)) group.hide(value, `<${name}>`);
  group.settle(worker, {
    "fly.toml": `app = "${worker}"
primary_region = "fra"
`,
  });
  await group.flyctl(`apps create ${worker} -o local`);
  await group.flyctl("deploy --image nginx:1.27 --ha=false --yes");
  const instance = async () => (await world.machines(worker)).map(({ instance_id }) => instance_id);
  const first = await instance();
  group.claim("it has one machine", first.length, 1);

  await group.flyctl(`secrets set KEY=${values.KEY} URL=${values.URL} --stage`);
  group.claim("the machine is left as it was", await instance(), first);
  await claimSecrets(group, "Staged", ["KEY", "URL"]);

  await group.flyctl("secrets deploy");
  const second = await instance();
  group.claim("the machine is another instance of itself", [second.length, second[0] !== first[0]], [1, true]);
  await claimSecrets(group, "Deployed", ["KEY", "URL"]);

  await group.flyctl(`secrets set EXTRA=${values.EXTRA}`);
  const third = await instance();
  group.claim("the machine is another instance again", third[0] !== second[0], true);
  await group.flyctl("secrets unset KEY");
  group.claim("and once more", (await instance())[0] !== third[0], true);
  await claimSecrets(group, "Deployed", ["EXTRA", "URL"]);
  group.claim("nobody holds a lease", await world.leased(worker), []);
  const printed = group.steps.map(({ ran }) => ran.text).join();
  group.claim(
    "no value was ever printed",
    Object.values(values).filter((value) => printed.includes(value)),
    [],
  );
}

async function claimSecrets(group: Group, state: string, names: readonly string[]): Promise<void> {
  const { secrets } = await group.world.ask(`/v1/apps/${worker}/secrets`);
  const listed = rows(await group.flyctl("secrets list"), "NAME").map((row) => ({
    ...row,
    NAME: (row["NAME"] ?? "").replace("* ", ""),
  }));
  group.claim(
    `has the names and digests of Fly's API, all ${state.toLowerCase()}`,
    columns(listed, "NAME", "DIGEST", "STATUS"),
    sorted(secrets.map(({ name, digest }: Record<string, string>) => [name, digest, state])),
  );
  group.claim(`they are ${names.join(" and ")}`, secrets.map(({ name }: { name: string }) => name).sort(), names);
}

/** What flyctl keeps for itself of another world's app. */
export async function afterReset(group: Group): Promise<void> {
  const { world } = group;
  const again = "again";
  group.settle(again, { "fly.toml": `app = "${again}"\nprimary_region = "fra"\n` });
  group.hide(values.KEY, "<KEY>");
  await group.flyctl(`apps create ${again} -o local`);
  await group.flyctl(`secrets set KEY=${values.KEY} --stage`);
  await world.ask("/_local/reset", "POST");
  await group.flyctl(`apps create ${again} -o local`);
  await group.flyctl("deploy --image nginx:1.27 --ha=false --yes", { refused: /is not known/ });
  group.claim("no machine was made", await world.machines(again), []);
}
