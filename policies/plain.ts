import { Reading } from "./reading.ts";
import * as view from "./view.ts";
import { workloadsOf } from "./workload.ts";

/** Properties that are meant to be secret: what a provider makes, and the keys that a program hands on. */
const secretProperties = new Set(["token", "privateKey", "password", "connectionString", "directConnectionString"]);

const withoutSecrets = (item: view.Item): view.Item => {
  const plain = Object.entries(item.resource.props).filter(([key]) => !secretProperties.has(key));
  return { ...item, read: Reading.of(Object.fromEntries(plain)) };
};

/** All that is written down in resources that end in a request to Fly; of Secrets everything is meant to be secret. */
export const plainResourcesOf = view.perView((all) => [
  ...[
    view.appsOf,
    view.volumesOf,
    view.snapshotsOf,
    view.addressesOf,
    view.certificatesOf,
    view.deployTokensOf,
    view.clustersOf,
    view.databasesOf,
    view.databaseUsersOf,
    view.attachmentsOf,
  ].flatMap((itemsOf) => itemsOf(all).map(withoutSecrets)),
  ...workloadsOf(all),
]);
