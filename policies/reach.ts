import type { Reading, Unreadable } from "./reading.ts";
import { each, type Finding } from "./rule.ts";
import { addressesOf, appsOf, type Item, perView, someOf, type View } from "./view.ts";
import type { Workload } from "./workload.ts";

type AddressType = "v4" | "v6" | "shared_v4" | "private_v6";

const isFlycast = ({ read }: Item): boolean => read.at("type").text() === "private_v6";
const withPrivacy = perView((view) => appsOf(view).filter(({ read }) => read.at("private").present));

/** Whether the program says that nobody outside the private network may reach the app. */
export const isPrivate = (app: Reading, view: View): boolean =>
  someOf(withPrivacy(view), "name", app, ({ read }) => read.at("private").flag() === true);

/** Whether the program gives the app an address of one of the types. */
export const hasAddress = (app: Reading, view: View, ...types: readonly AddressType[]): boolean =>
  someOf(addressesOf(view), "app", app, ({ read }) => types.some((type) => type === read.at("type").text()));

/** Whether the program gives the app an address on the internet. */
export const isPublic = (app: Reading, view: View): boolean => hasAddress(app, view, "v4", "v6", "shared_v4");

/** Whether all the app's addresses in the program are Flycast ones, and there are some. */
export const isFlycastOnly = (app: Reading, view: View): boolean =>
  someOf(addressesOf(view), "app", app, isFlycast) &&
  !someOf(addressesOf(view), "app", app, (address) => !isFlycast(address));

/** Whether the workload serves people outside: a public service, and an app that is not declared private. */
export const isServing = (workload: Workload, view: View): boolean =>
  workload.services().some((service) => service.at("ports").list().length > 0) && !isPrivate(workload.app, view);

/** A port that Fly's proxy listens on, and the service it leads to. */
export interface Port {
  readonly service: Reading;
  readonly port: Reading;
}

/** Judges each port of a workload by itself. */
export const eachPort = (workload: Workload, judge: (port: Port) => Iterable<Finding | Unreadable>) =>
  each(workload.services(), (service) => each(service.at("ports").list(), (port) => judge({ service, port })));

export const handlersOf = ({ port }: Port): (string | undefined)[] =>
  port
    .at("handlers")
    .list()
    .map((handler) => handler.text());

/** First and last port, and where that is said; `undefined` where nothing is. */
export function rangeOf({ port }: Port): { from: number; to: number; path: string } | undefined {
  const single = port.at("port").number();
  if (single !== undefined) return { from: single, to: single, path: port.at("port").path };
  const [from, to] = [port.at("startPort").number(), port.at("endPort").number()];
  return from === undefined || to === undefined ? undefined : { from, to, path: port.at("startPort").path };
}

/** Whether the port, or the range, has that number in it. */
export function includes(port: Port, number: number): boolean {
  const range = rangeOf(port);
  return range !== undefined && range.from <= number && number <= range.to;
}

/** Handlers by which the proxy learns the host name that was asked for. */
const namesHost = new Set<string | undefined>(["http", "tls", "edge_http"]);

/** Whether it is served only at an IPv4 address of the app's own: a shared one tells apps apart by host name. */
export const needsOwnIpv4 = (port: Port): boolean =>
  port.service.at("protocol").text() === "udp" || !handlersOf(port).some((handler) => namesHost.has(handler));

/** Ports of Postgres, and of the connections past the pooler that Fly's own images offer (fly/api.md §18.2). */
const postgresPorts = [5432, 5433];

/** Whether a Postgres is behind the port. */
export const leadsToPostgres = (port: Port): boolean =>
  postgresPorts.some((number) => includes(port, number) || port.service.at("internalPort").number() === number) ||
  handlersOf(port).includes("pg_tls");
