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

/** Machines with one role and one config. */
export interface Group extends Item {
  readonly app: Reading;
  /** The config that every machine runs, `raw` included. */
  readonly config: Reading;
  /** Services with ports, which Fly's proxy serves. Ports that are not known yet count. */
  services(): Reading[];
  machines(): Machine[];
}

/** One machine of a group. */
interface Machine {
  readonly group: Group;
  readonly slot: Reading;
  readonly region: Reading;
  readonly volume: Reading;
  /** What the proxy does with it when it is idle; a slot that keeps running is never stopped. */
  autostop(service: Reading): "off" | "stop" | "suspend";
}

const own = "airworthy:index:";

const kept = new WeakMap<View, Map<string, Item[]>>();

/** The resources of a type, read once a view: a stack of a thousand is asked for them a thousand times. */
function itemsOf(view: View, type: string, kind: string): Item[] {
  const byType = kept.get(view) ?? new Map<string, Item[]>();
  kept.set(view, byType);
  const items = byType.get(type) ?? view.filter((resource) => isOf(resource, type)).map((one) => itemOf(one, kind));
  byType.set(type, items);
  return items;
}

/** The engine shows a resource that the provider has refused all the same, with no properties. */
const isOf = ({ type, props }: Resource, wanted: string) => type === own + wanted && Object.keys(props).length > 0;

function itemOf(resource: Resource, kind: string): Item {
  const read = Reading.of(resource.props);
  const name = readable(() => read.at("name").text()) ?? resource.name;
  const app = readable(() => read.at("app").text());
  return { resource, read, title: `${kind} ${name}${app === undefined ? "" : ` of app ${app}`}` };
}

export const appsOf = (view: View): Item[] => itemsOf(view, "App", "app");
export const volumesOf = (view: View): Item[] => itemsOf(view, "Volume", "volume");
const addressesOf = (view: View): Item[] => itemsOf(view, "IpAddress", "address");
export const secretsOf = (view: View): Item[] => itemsOf(view, "Secrets", "secrets");

/** Resources that end in a request to Fly, without those whose content is meant to be secret. */
export const plainResourcesOf = (view: View): Item[] => [
  ...appsOf(view),
  ...volumesOf(view),
  ...addressesOf(view),
  ...groupsOf(view),
];

export const groupsOf = (view: View): Group[] =>
  itemsOf(view, "ProcessGroup", "group").map((item) => {
    const config = configOf(item.read);
    const group: Group = {
      ...item,
      app: item.read.at("app"),
      config,
      services: () =>
        config
          .at("services")
          .list()
          .filter((service) => service.at("ports").isUnknown || service.at("ports").list().length > 0),
      machines: () =>
        item.read
          .at("slots")
          .list()
          .map((slot) => ({
            group,
            slot,
            region: slot.at("region"),
            volume: slot.at("volume"),
            autostop: (service) => (slot.at("keepRunning").flag() === true ? "off" : autostopOf(service)),
          })),
    };
    return group;
  });

/** The config of a group's machines, with `raw` over it. */
export const configOf = (group: Reading): Reading => group.at("config").under(group.at("raw"));

/** What a service asks of the proxy. In `raw` it may be a boolean, as in Fly's own answers (fly/api.md §9.2). */
export function autostopOf(service: Reading): "off" | "stop" | "suspend" {
  const asked = service.at("autostop").scalar();
  if (asked === true || asked === "stop") return "stop";
  return asked === "suspend" ? "suspend" : "off";
}

/**
 * Whether one of the app's items passes the test. An item that may or may not be the app's, because the name it gives
 * is not known yet, is in the way only where it passes and none of the certain ones does.
 */
export function someOf(items: readonly Item[], key: "app" | "name", app: Reading, test: (item: Item) => boolean) {
  if (items.length === 0) return false;
  const wanted = app.text();
  const its = items.filter(({ read }) => readable(() => read.at(key).text()) === wanted);
  if (its.some(test)) return true;
  if (key === "name" && its.length > 0) return false;
  for (const item of items) if (readable(() => test(item)) !== false) item.read.at(key).text();
  return false;
}

/** Whether the program says that nobody outside the private network may reach the app. */
export function isPrivate(app: Reading, view: View): boolean {
  const declared = appsOf(view).filter(({ read }) => read.at("private").present);
  return someOf(declared, "name", app, ({ read }) => read.at("private").flag() === true);
}

/** Whether all the app's addresses in the program are Flycast ones, and there are some. */
export function isFlycastOnly(app: Reading, view: View): boolean {
  const isFlycast = ({ read }: Item) => readable(() => read.at("type").text()) === "private_v6";
  const [flycast, others] = [addressesOf(view).filter(isFlycast), addressesOf(view).filter((one) => !isFlycast(one))];
  return flycast.length > 0 && someOf(flycast, "app", app, () => true) && !someOf(others, "app", app, () => true);
}

/** Whether the group serves people outside: a public service, and an app that is not declared private. */
export const isServing = (group: Group, view: View): boolean =>
  group.services().some((service) => service.at("ports").list().length > 0) && !isPrivate(group.app, view);

/** Whether the component that made the group says it may not be doubled, because only one may write. */
export function isSingleWriter(group: Group): boolean {
  const { parent } = group.resource;
  const name = readable(() => group.read.at("name").text());
  if (parent === undefined || name === undefined) return false;
  const groups = readable(() => Reading.of(parent.props).at("groups").entries()) ?? [];
  const declared = groups.find(([key]) => key === name)?.[1];
  return declared !== undefined && readable(() => declared.at("replicas").text()) === "single-writer";
}
