import { account, postgres } from "./account.ts";
import { addresses, certificates } from "./address.ts";
import { apps, destruction, tour } from "./app.ts";
import { firstDeploy, shop, strategies } from "./deploy.ts";
import { failingDeploy, fragile } from "./failure.ts";
import { machines } from "./machine.ts";
import { afterReset, secrets, worker } from "./secret.ts";
import { sideBySide } from "./side-by-side.ts";
import { tokens } from "./token.ts";
import { Group, goThrough, type Surroundings } from "./tour.ts";
import { snapshots, volumes } from "./volume.ts";

/** What was gone through, and which calls had no answer. */
interface Route {
  readonly groups: Group[];
  readonly unanswered: ReadonlyMap<string, number>;
}

/** All groups in the order of the page. Deploys wait in real time, so those of several apps go side by side. */
export async function goThroughAll(around: Surroundings): Promise<Route> {
  const group = async (title: string, words: string, way: (group: Group) => Promise<void>) => {
    const gone = await goThrough(new Group(title, words, around), way);
    console.error(`${title}: ${gone.steps.length} commands`);
    return gone;
  };
  const first = [
    await group("Account", "", account),
    await group("Apps", "One app, which the next groups are about.", apps),
    await group("Volumes", "", volumes),
    await group("Machines", "Machines that no deploy made, one of them with the volume.", machines),
    await group("Addresses", "", addresses),
  ];
  const deploys = async () => [
    await group(
      "A first deploy, and a look at it",
      "App `shop` has one service with one check in its fly.toml.",
      firstDeploy,
    ),
    await group("Rolling, canary, bluegreen", "The same app, three machines in two regions.", strategies),
  ];
  const changes = async () => [
    await group("Secrets", "App `worker` has no service. The values are left out.", secrets),
    await group("Tokens", "A token that flyctl made, used by flyctl.", tokens),
  ];
  const failing = group(
    "A deploy that fails",
    "An event says that the checks of `nginx:bad` never pass.",
    failingDeploy,
  );
  const pulumi = group(
    "Beside Pulumi",
    "The Pulumi CLI has brought up app `side-shop`, with a group of web servers and one of workers, and app `side-store`, whose group " +
      "has volumes. flyctl's fly.toml for `side-shop` says one variable otherwise than the program ([flyctl.md](flyctl.md)).",
    (beside) => sideBySide(beside, around.folder),
  );
  const beside = await Promise.all([deploys(), failing, changes(), pulumi]);
  const groups = [
    ...first,
    ...beside.flat(),
    await group(
      "Snapshots",
      "Of the volume that a machine has mounted now: Fly makes none of one that nobody used.",
      snapshots,
    ),
    await group("Certificates", "An event says before the last command that DNS is right.", certificates),
    await group("Managed Postgres", "The cluster was made by a call of its API.", postgres),
    await group("The end", "", (last) => destruction(last, [tour, "front", worker, fragile, shop])),
  ];
  // A reset forgets the journal.
  const unanswered = await around.world.unanswered();
  const last = await group(
    "After a reset",
    "flyctl keeps in its own settings which version of an app's secrets it last made. The local Fly was reset before the second `apps create`: " +
      "in another world an app of that name has no such version, and is refused until that folder (`FLY_CONFIG_DIR`) is emptied.",
    afterReset,
  );
  return { groups: [...groups, last], unanswered };
}
