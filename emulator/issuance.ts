import type { Certificate } from "./record.ts";
import type { World } from "./state.ts";
import { certificateJourney } from "./transitions.ts";

export const isWildcard = ({ hostname }: Certificate) => hostname.startsWith("*.");

/** What DNS says of a certificate's name. The local Fly asks no name server: an event says it. */
export function dnsOf(world: World, { app, hostname }: Certificate): { validated: boolean; ownership: boolean } {
  const said = world.platform.dns?.[hostname];
  const isHere = said !== undefined && (said.app === undefined || said.app === app);
  return { validated: isHere && said.validated, ownership: isHere && said.ownership };
}

/** Whether another app claims the name, and no TXT record has taken it over. */
export const isClaimed = (world: World, certificate: Certificate) =>
  !dnsOf(world, certificate).ownership && (world.platform.foreignHostnames ?? []).includes(certificate.hostname);

/**
 * Whether the name is proven to be the app's: by the TXT record, or because it leads to the app's own IPv6 address. A
 * shared IPv4 address proves nothing (superfly/docs, custom-domain).
 */
export function isOwned(world: World, certificate: Certificate): boolean {
  const { validated, ownership } = dnsOf(world, certificate);
  if (ownership) return true;
  if (isClaimed(world, certificate) || isWildcard(certificate)) return false;
  return validated && world.ips.of(certificate.app).some(({ type }) => type === "v6");
}

/** Whether Let's Encrypt can be asked: a wildcard needs its DNS challenge only, any other name has to lead here. */
function canIssue(world: World, certificate: Certificate): boolean {
  if (isClaimed(world, certificate)) return false;
  return dnsOf(world, certificate).validated && (isWildcard(certificate) || isOwned(world, certificate));
}

/** Begins to issue what can be issued by now, and gives up what no longer can. */
export function reconsider(world: World, certificate: Certificate): void {
  if (certificate.state !== "pending_validation") return;
  const isUnderWay = certificate.due !== undefined;
  if (canIssue(world, certificate) === isUnderWay) return;
  if (isUnderWay) {
    certificate.ahead = [];
    certificate.due = undefined;
  } else {
    world.embark(certificate, certificateJourney);
  }
  certificate.issuedAt = certificate.due;
  world.put(world.certificates, certificate);
}

/** Lets every app with the name notice that DNS says something else. */
export function dnsChanged(world: World, hostname: string): void {
  for (const certificate of world.certificates.all()) {
    if (certificate.hostname !== hostname) continue;
    reconsider(world, certificate);
    if (certificate.state === "active") lead(world, certificate, canIssue(world, certificate));
  }
}

const day = 86_400_000;

/** Days that Let's Encrypt's live, and after which Fly makes the next (Fly docs, networking/custom-domain). */
const [lives, renewed] = [90, 60];

/** Notes since when a certificate's name leads elsewhere. Once it leads here again, what was missed is made up for. */
function lead(world: World, certificate: Certificate, leadsHere: boolean): void {
  if (leadsHere === (certificate.astrayAt === undefined)) return;
  const now = world.clock.now();
  if (leadsHere && expiryOf(certificate, now) < now + (lives - renewed) * day) certificate.issuedAt = now;
  certificate.astrayAt = leadsHere ? undefined : now;
  world.put(world.certificates, certificate);
}

/** When Fly's own certificate ends: it is made anew every 60 days, as long as its name leads to the app. */
export function expiryOf({ issuedAt = 0, astrayAt }: Certificate, now: number): number {
  const renewals = Math.max(0, Math.floor((Math.min(now, astrayAt ?? now) - issuedAt) / (renewed * day)));
  return issuedAt + (renewals * renewed + lives) * day;
}
