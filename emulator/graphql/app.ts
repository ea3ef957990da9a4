import { isReachable } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import { isRoomFor } from "../handlers/machine.ts";
import { currentOf, releasesOf } from "../handlers/release.ts";
import { imageDigest } from "../identifier.ts";
import { fullImage } from "../machine-config.ts";
import { imageRef } from "../machine-view.ts";
import type { App } from "../record.ts";
import type { World } from "../state.ts";
import { addressesOf } from "./address.ts";
import { machinesOf, machineView } from "./machine.ts";
import { releaseView } from "./release.ts";
import { type Asking, connection, nodeId, organizationView, orgSlugOf, tokens, type Wanted } from "./view.ts";

export const app = (asking: Asking, { name = "" }: { name?: string }) => appView(asking, appNamed(asking, name));

/** An app that the caller may not see is not found: assumed. */
export function appNamed({ world, caller }: Asking, name: string): App {
  const found = world.apps.get(name);
  if (found === undefined || !isReachable(caller, found)) refuse("graphqlAppMissing");
  return found;
}

/** By the role that an app was made with; every app is a container (fly-go, GetApps, asks for these). */
export function apps(asking: Asking, wanted: Wanted & { organizationId?: string | null; role?: string | null }) {
  const { world, caller } = asking;
  const { organizationId: org, role } = wanted;
  if (org) orgSlugOf(asking, org);
  const all = world.apps.all().filter((one) => isReachable(caller, one) && (!role || one.role === role));
  const page = connection(all, wanted);
  return { ...page, nodes: page.nodes.map((one) => appView(asking, one)) };
}

export const appNameAvailable = ({ world }: Asking, { name }: { name: string }) => world.apps.get(name) === undefined;

/** Whether the organisation's limit leaves room for all of its machines twice (flyctl, strategy_bluegreen; the sum is assumed). */
export function canPerformBluegreenDeployment(asking: Asking, { name }: { name: string }): boolean {
  const app = appNamed(asking, name);
  return isRoomFor(asking.world, machinesOf(asking.world, app).length, app.org);
}

/** An app as GraphQL has it. What takes a look at more than the app is looked for when it is asked for. */
export function appView(asking: Asking, app: App) {
  const { world } = asking;
  const hostname = `${app.name}.fly.dev`;
  const current = () => {
    const release = currentOf(asking, app.name);
    return release && releaseView(release);
  };
  return {
    id: app.id,
    internalNumericId: app.numericId,
    name: app.name,
    ...{ hostname, cnameTarget: hostname, appUrl: `https://${hostname}` },
    createdAt: rfc3339(app.createdAt),
    deployed: app.deployed,
    status: app.deployed ? "deployed" : "pending",
    network: app.network,
    platformVersion: "machines",
    role: app.role === undefined ? null : { __typename: "EmptyAppRole", name: app.role },
    organization: () => organizationView(asking),
    limitedAccessTokens: () => tokens(asking, world.tokens.of(app.name)),
    ipAddresses: (wanted: Wanted) => connection(addressesOf(asking, app).own, wanted),
    sharedIpAddress: () => addressesOf(asking, app).shared,
    egressIpAddresses: (wanted: Wanted) => connection(addressesOf(asking, app).egress, wanted),
    ...{ currentRelease: current, currentReleaseUnprocessed: current },
    releasesUnprocessed: (wanted: Wanted & { status?: string | null }) => releases(asking, app, wanted),
    version: () => releasesOf(asking, app.name)[0]?.version ?? 0,
    config: () => ({ definition: current()?.configDefinition ?? {} }),
    // These are its machines' now: assumed of what Fly says then.
    services: [],
    machines: (wanted: Wanted) =>
      connection(
        machinesOf(world, app).map((machine) => ({ ...machineView(world, machine), app: () => appView(asking, app) })),
        wanted,
      ),
    image: ({ ref }: { ref: string }) => imageFound(world, ref),
    imageDetails: () => imageOf(asking, app),
    secrets: () => secretsOf(asking, app),
  };
}

function releases(asking: Asking, app: App, wanted: Wanted & { status?: string | null }) {
  const all = releasesOf(asking, app.name).filter(({ status }) => !wanted.status || status === wanted.status);
  return connection(all.map(releaseView), wanted);
}

/** The image of the newest release, or of a machine where nobody keeps a book of releases. */
function imageOf(asking: Asking, app: App) {
  const image = currentOf(asking, app.name)?.image || machinesOf(asking.world, app)[0]?.config.image;
  return image === undefined ? null : imageRef(image);
}

/** Nothing is pulled, so any image is there but those that somebody scripted not to be; of sizes nothing is known. */
function imageFound({ platform }: World, ref: string) {
  const image = fullImage(ref);
  if (platform.unpullable.includes(image)) return null;
  return { id: nodeId(`image ${image}`), ref, digest: imageDigest(image), compressedSizeFull: "0", manifest: {} };
}

const secretsOf = ({ world }: Asking, { name: app }: App) =>
  world.secrets.of(app).map(({ name, digest, createdAt }) => ({
    ...{ id: nodeId(`secret ${app} ${name}`), name, digest, user: null },
    createdAt: rfc3339(createdAt),
  }));
