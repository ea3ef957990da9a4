import { Reading, readable } from "./reading.ts";

/** A resource as rules see it: plain properties in which `unknown` stands for what is not known yet. */
export interface Resource {
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  readonly props: Readonly<Record<string, unknown>>;
  /** Whether Pulumi refuses to delete it. */
  readonly protect: boolean;
  readonly parent?: Resource | undefined;
  /** URNs of the resources each property is made from. It is known before the property is. */
  readonly madeFrom?: Readonly<Record<string, readonly string[]>>;
}

/** All resources a rule may look at: one for a resource rule, the stack's for a stack rule. */
export type View = readonly Resource[];

/** Something a rule judges by itself. */
export interface Subject {
  /** The resource a finding points at. */
  readonly resource: Resource;
  /** What a message calls it: `group web of app shop`. */
  readonly title: string;
}

/** A resource whose properties can be read. */
export interface Item extends Subject {
  readonly read: Reading;
}

/** Made once a view, however often it is asked for: a stack of a thousand resources is asked a thousand times. */
export function perView<T>(make: (view: View) => T): (view: View) => T {
  const kept = new WeakMap<View, { made: T }>();
  return (view) => {
    const entry = kept.get(view) ?? { made: make(view) };
    kept.set(view, entry);
    return entry.made;
  };
}

const own = "airworthy:index:";

export const itemsOf = (type: string, kind: string) =>
  perView((view): Item[] => view.filter((resource) => isOf(resource, type)).map((one) => itemOf(one, kind)));

/** The engine shows a resource that the provider has refused all the same, with no properties. */
const isOf = ({ type, props }: Resource, wanted: string) => type === own + wanted && Object.keys(props).length > 0;

function itemOf(resource: Resource, kind: string): Item {
  const read = Reading.of(resource.props);
  const name = readable(() => read.at("name").text()) ?? resource.name;
  const app = readable(() => read.at("app").text());
  return { resource, read, title: `${kind} ${name}${app === undefined ? "" : ` of app ${app}`}` };
}

export const appsOf = itemsOf("App", "app");
export const volumesOf = itemsOf("Volume", "volume");
export const addressesOf = itemsOf("IpAddress", "address");
export const secretsOf = itemsOf("Secrets", "secrets");
export const certificatesOf = itemsOf("Certificate", "certificate");
export const deployTokensOf = itemsOf("DeployToken", "deploy token");
export const clustersOf = itemsOf("ManagedPostgres", "cluster");
export const databasesOf = itemsOf("ManagedPostgresDatabase", "database");
export const databaseUsersOf = itemsOf("ManagedPostgresUser", "database user");
export const attachmentsOf = itemsOf("ManagedPostgresAttachment", "attachment");
export const snapshotsOf = itemsOf("VolumeSnapshot", "snapshot");
export const productionAppsOf = itemsOf("ProductionApp", "ProductionApp");

type Key = "app" | "name";

const indexes = new WeakMap<readonly Item[], Map<Key, { byName: Map<string, Item[]>; unsure: Item[] }>>();

/** The items by the app they name, and those that may name any. */
function indexOf(items: readonly Item[], key: Key) {
  const ofItems = indexes.get(items) ?? new Map();
  indexes.set(items, ofItems);
  if (!ofItems.has(key)) {
    const byName = new Map<string, Item[]>();
    const unsure: Item[] = [];
    for (const item of items) {
      const said = readable(() => ({ name: item.read.at(key).text() }));
      if (said === undefined) unsure.push(item);
      else if (said.name !== undefined) byName.set(said.name, [...(byName.get(said.name) ?? []), item]);
    }
    ofItems.set(key, { byName, unsure });
  }
  return ofItems.get(key) as { byName: Map<string, Item[]>; unsure: Item[] };
}

/** Those that are certainly the app's. */
export const certainlyOf = <I extends Item>(items: readonly I[], app: string): readonly I[] =>
  (indexOf(items, "app").byName.get(app) ?? []) as I[];

/**
 * Whether one of the app's items passes the test. What cannot be read of an item, or whether an item is the app's at
 * all, is in the way only where it could change the answer.
 */
export function someOf<I extends Item>(items: readonly I[], key: Key, app: Reading, test: (item: I) => boolean) {
  if (items.length === 0) return false;
  const wanted = app.text();
  const { byName, unsure } = indexOf(items, key);
  const its = (byName.get(wanted ?? "") ?? []) as I[];
  if (its.some((item) => readable(() => test(item)) === true)) return true;
  for (const item of its) test(item);
  if (key === "name" && its.length > 0) return false;
  for (const item of unsure) if (readable(() => test(item as I)) !== false) item.read.at(key).text();
  return false;
}
