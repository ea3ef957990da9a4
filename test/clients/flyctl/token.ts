import { tour } from "./app.ts";
import { worker } from "./secret.ts";
import { columns, found, rows } from "./table.ts";
import type { Group } from "./tour.ts";

interface Token {
  id: string;
  name: string;
  app: string;
  revokedAt?: number;
}

/** A token that flyctl makes, used by flyctl itself. */
export async function tokens(group: Group): Promise<void> {
  const { world } = group;
  const kept = async (): Promise<Token[]> => (await world.ask("/_local/world")).tokens;
  const value = (await group.flyctl(`tokens create deploy -a ${worker} -x 24h`)).trim();
  group.claim("it prints a token and nothing else", /^FlyV1 fm2_[\w+/=,-]+$/.test(value), true);
  const token = { value, name: "<token>" };
  const [made, ...others] = await kept();
  group.claim("one token was made, for this app alone", [made?.app, others.length], [worker, 0]);
  const list = async () => rows(await group.flyctl(`tokens list -a ${worker}`), "ID");
  group.claim("lists it by its id and name", columns(await list(), "ID", "NAME", "REVOKED AT"), [
    [made?.id, made?.name, ""],
  ]);

  const own = await group.flyctl(`status -a ${worker}`);
  group.claim(
    "with the deploy token `status` of its app prints what it prints with any",
    await group.flyctl(`status -a ${worker}`, { token }),
    own,
  );
  await group.flyctl(`status -a ${tour}`, { token, refused: /Could not find App/ });
  await group.flyctl(`apps destroy ${tour} --yes`, { token, refused: /Could not find App/ });
  group.claim("the other app is there", (await world.app(tour)).status, 200);

  group.settle(worker, {});
  await group.flyctl("deploy --image nginx:1.28 --yes", { token });
  const images = (await world.machines(worker)).map(({ image_ref, state }) => [image_ref.tag, state]);
  group.claim("the deploy token is enough to deploy its app", images, [["1.28", "started"]]);

  await group.flyctl(`tokens revoke ${made?.id}`);
  group.claim(
    "it is revoked",
    (await kept()).map(({ revokedAt }) => revokedAt !== undefined),
    [true],
  );
  await group.flyctl(`status -a ${worker}`, {
    token,
    refused: /You must be authenticated/,
  });
  group.claim(
    "`tokens list` says since when",
    found((await list())[0]?.["REVOKED AT"] ?? "", /^(20\d\d-\d\d-\d\d)/).length,
    10,
  );
}
