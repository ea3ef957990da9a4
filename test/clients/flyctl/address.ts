import { tour } from "./app.ts";
import { columns, found, pairs, rows, sorted } from "./table.ts";
import type { Group } from "./tour.ts";

/** Of an app that is to have addresses with its first deploy. */
const flyToml = `app = "front"
primary_region = "fra"

[http_service]
  internal_port = 8080
`;

interface Ip {
  ip: string;
  shared: boolean;
  region: string;
}

const kind = ({ shared }: Ip) => `public ingress (${shared ? "shared" : "dedicated"})`;

export async function addresses(group: Group): Promise<void> {
  const { world } = group;
  const ips = async (app: string): Promise<Ip[]> => (await world.ask(`/v1/apps/${app}/ip_assignments`)).ips;
  const v6 = rows(await group.flyctl(`ips allocate-v6 -a ${tour}`), "VERSION");
  group.claim(
    "prints the address that the app now has",
    columns(v6, "IP"),
    (await ips(tour)).map(({ ip }) => [ip]),
  );
  const v4 = rows(await group.flyctl(`ips allocate-v4 --shared -a ${tour}`), "VERSION")[0];
  const shared = (await ips(tour)).find((one) => one.shared);
  group.claim(
    "prints the shared address that the app now has",
    [v4?.["VERSION"], v4?.["IP"], v4?.["TYPE"]],
    ["v4", shared?.ip, "shared"],
  );
  const list = rows(await group.flyctl(`ips list -a ${tour}`), "VERSION");
  group.claim(
    "lists both as Fly's API has them",
    columns(list, "IP", "TYPE"),
    sorted((await ips(tour)).map((one) => [one.ip, kind(one)])),
  );

  await world.ask("/_local/switches", "POST", { "public-address-org": "ignored" });
  group.settle("front", { "fly.toml": flyToml });
  await group.flyctl("apps create front -o local");
  await group.flyctl("deploy --image nginx:1.27 --ha=false --dns-checks=false --yes");
  const given = await ips("front");
  group.claim(
    "with switch `public-address-org` at `ignored`, the first deploy of an app with services gives it both addresses",
    given.map(kind).sort(),
    ["public ingress (dedicated)", "public ingress (shared)"],
  );
  await world.ask("/_local/switches", "POST", { "public-address-org": "refused" });
}

const hostname = "shop.example.com";

export async function certificates(group: Group): Promise<void> {
  const { world } = group;
  const path = `/v1/apps/${tour}/certificates/${hostname}`;
  const added = await group.flyctl(`certs add ${hostname} -a ${tour}`);
  const { dns_requirements: dns, status } = await world.ask(path);
  group.claim(
    "asks for the DNS records that Fly's API wants",
    [found(added, /\bA\s+\S+ → (\S+)/), found(added, /AAAA\s+\S+ → (\S+)/)],
    [dns.a[0], dns.aaaa[0]],
  );
  group.claim("the certificate is not there before DNS is", status, "pending_validation");

  const list = await group.flyctl(`certs list -a ${tour}`);
  group.claim("lists it as not verified", list.includes(hostname) && /Not verified/.test(list), true);
  const show = pairs(await group.flyctl(`certs show ${hostname} -a ${tour}`));
  group.claim("says that it is on its way", [show["Hostname"], show["Status"]], [hostname, "Issuing..."]);
  const waiting = await group.flyctl(`certs check ${hostname} -a ${tour}`);
  const { validation_errors: errors } = await world.ask(path);
  group.claim("says why it is not there yet, in the words of Fly's API", waiting.includes(errors[0].message), true);

  await world.happen({ kind: "dns", hostname, app: tour, validated: true });
  await world.until("the certificate", async () => (await world.ask(`${path}/check`, "POST")).status === "active");
  const issued = pairs(await group.flyctl(`certs check ${hostname} -a ${tour}`));
  group.claim(
    "is issued once DNS is right, as Fly's API says",
    [issued["Status"], (await world.ask(path)).status],
    ["Issued", "active"],
  );
}
