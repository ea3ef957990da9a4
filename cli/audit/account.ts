import { appFind } from "../../fly/app.ts";
import { certificateList } from "../../fly/certificate.ts";
import type { FlyClient } from "../../fly/client.ts";
import { ownerFind } from "../../fly/deploy-token.ts";
import { isFlyError } from "../../fly/errors.ts";
import { ipList, ipType } from "../../fly/ip-address.ts";
import { type FlyMachine, machineList } from "../../fly/machine.ts";
import { secretDigests } from "../../fly/secret.ts";
import { type FlyVolume, volumeList } from "../../fly/volume.ts";
import { unknown } from "../../policies/reading.ts";
import type { Resource } from "../../policies/view.ts";
import { Trouble } from "../trouble.ts";
import { machinesApart, machinesSeen } from "./account-machine.ts";
import type { Sighting } from "./sighting.ts";

const dayMs = 86_400_000;

/** Makes a resource of something at Fly that has a name. */
export type Make = (type: string, name: string, title: string, props: Record<string, unknown>) => Resource;

/** What is at Fly of an app, as resources. `place` is what people call this Fly. */
export async function seenAtFly(fly: FlyClient, app: string, place: string, now: Date): Promise<Sighting> {
  const found = await appFind(fly, app);
  if (found === undefined)
    throw new Trouble(`read app ${app} at ${place}: this token reaches no such app. Correct --app`);
  const [machines = [], volumes = [], addresses = [], certificates = [], secrets = {}, tokens] = await Promise.all([
    machineList(fly, app),
    volumeList(fly, app),
    ipList(fly, app),
    certificateList(fly, app),
    secretDigests(fly, app),
    tokensOf(fly, app, now),
  ]);
  const make: Make = (type, name, title, props) => ({
    type: `airworthy:index:${type}`,
    name,
    urn: title,
    props: plain({ app, ...props }),
    protect: false,
  });
  const organization = { orgSlug: found.organization?.slug, network: found.network || undefined };
  const view = [
    make("App", app, `app ${app}`, { name: app, ...organization }),
    ...machinesSeen(app, machines, make),
    ...volumes.map((volume) => volumeSeen(app, volume, make)),
    ...addresses.map((address) =>
      make("IpAddress", `${app}-${ipType(address)}`, `address ${address.ip}`, {
        type: ipType(address),
        region: address.region ?? undefined,
      }),
    ),
    ...certificates.map((certificate) =>
      make("Certificate", certificate.hostname, `certificate ${certificate.hostname}`, {
        hostname: certificate.hostname,
        // A rule asks only whether there is one of the user's own; Fly shows neither it nor its key.
        ...(certificate.has_custom_certificate && !certificate.acme_requested && { fullchain: "custom" }),
      }),
    ),
    make("Secrets", `${app}-secrets`, `secrets of app ${app}`, {
      // Fly shows no values.
      values: Object.fromEntries(Object.keys(secrets).map((name) => [name, unknown])),
    }),
    ...(tokens ?? []).map(({ name, days }) =>
      make("DeployToken", name, `deploy token ${name}`, { name, expiresIn: `${days}d` }),
    ),
  ];
  return {
    view,
    apart: machinesApart(app, machines, make),
    source: "account",
    about: `app ${app} at ${place}`,
    regions: regionsOf(machines),
    ...(tokens === undefined && { unseen: { "token-expiry": "this token may not list the app's tokens" } }),
  };
}

/** Without what Fly does not say, so that it reads as absent. */
const plain = (props: Record<string, unknown>) =>
  Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined && value !== null));

function volumeSeen(app: string, volume: FlyVolume, make: Make): Resource {
  return make("Volume", `${app}-${volume.name}`, `volume ${volume.id}`, {
    id: volume.id,
    name: volume.name,
    region: volume.region,
    sizeGb: volume.size_gb,
    encrypted: volume.encrypted,
    snapshotRetention: volume.snapshot_retention,
    autoBackupEnabled: volume.auto_backup_enabled,
  });
}

/** The app's tokens that work, with the days they were made for; `undefined` where this token may not ask. */
async function tokensOf(fly: FlyClient, app: string, now: Date) {
  try {
    const owner = await ownerFind(fly, { app });
    return owner?.tokens
      .filter(({ revokedAt, expiresAt }) => !revokedAt && Date.parse(expiresAt) > now.getTime())
      .map(({ name, createdAt, expiresAt }) => ({
        name,
        days: Math.ceil((Date.parse(expiresAt) - Date.parse(createdAt)) / dayMs),
      }));
  } catch (error) {
    if (isFlyError(error, "unauthorized", "forbidden", "not-found")) return undefined;
    throw error;
  }
}

/** Machines of each region, those that are meant to be there for a while. */
function regionsOf(machines: readonly FlyMachine[]): Sighting["regions"] {
  const codes = [...new Set(machines.map(({ region }) => region))].sort();
  return codes.map((code) => {
    const here = machines.filter(({ region }) => region === code);
    return { code, machines: here.length, running: here.filter(({ state }) => state === "started").length };
  });
}
