import { certificateFind, certificateList, customOf, type FlyCertificate } from "../../fly/certificate.ts";
import { certificatesActive as rule } from "../../policies/rules/certificates-active.ts";
import { eachApp, missing, together } from "./app.ts";
import { type Check, fail, pass, type Subject, skip, type Verdict, warn } from "./check.ts";

/** Are the certificates of the apps' host names active, for how long, and do they renew themselves? */
export const certificatesActive: Check = {
  name: "Certificates",
  rule,
  judge: eachApp(async (app, fly, subject) => {
    const names = await certificateList(fly, app);
    if (names === undefined) throw missing(app);
    if (names.length === 0) return skip(`${app} has no host name of its own`);
    const found = await Promise.all(names.map(({ hostname }) => certificateFind(fly, app, hostname)));
    return together(found.flatMap((certificate) => (certificate === undefined ? [] : [judged(certificate, subject)])));
  }),
};

const dayMs = 86_400_000;

/** Days left at which something is wrong: Let's Encrypt's live 90 days, and Fly makes new ones 30 days before their end. */
const soonDays = 14;

function judged(certificate: FlyCertificate, { now, local }: Subject): Verdict {
  const { hostname, status, certificates } = certificate;
  if (status !== "active") return pending(certificate, local);
  // Fly serves an uploaded one before its own.
  const uploaded = customOf(certificate);
  const served = uploaded ?? certificates?.find(({ source }) => source !== "custom");
  const ends = Date.parse(served?.expires_at ?? "");
  const issuer = served?.issuer || "an issuer that Fly does not name";
  if (Number.isNaN(ends)) return warn(`${hostname} is active, by ${issuer}; Fly does not say until when`);
  const days = Math.floor((ends - now.getTime()) / dayMs);
  const date = new Date(ends).toISOString().slice(0, 10);
  const way = uploaded
    ? "upload the next one with `fly certs import`"
    : `Fly renews only where DNS leads to the app: \`fly certs check ${hostname}\``;
  if (days < 0) return fail(`${hostname} expired on ${date}, by ${issuer}: ${way}`);
  const left = `${hostname} is active, by ${issuer}, ${days} ${days === 1 ? "day" : "days"} left`;
  if (days < soonDays) return warn(`${left}: ${way}`);
  if (uploaded) return pass(`${left}; uploaded, so it does not renew itself`);
  // What Fly says of DNS is all that tells whether the next one will come.
  if (certificate["configured"] === false)
    return warn(`${left}, but its DNS records are not as Fly wants them: ${way}`);
  return pass(`${left}, renews itself`);
}

function pending({ hostname, status, validation_errors }: FlyCertificate, local: boolean): Verdict {
  const [error] = validation_errors ?? [];
  const why = error?.message ? `: ${error.message}${error.remediation ? ` (${error.remediation})` : ""}` : "";
  const detail = `${hostname} is ${status.replaceAll("_", " ")}${why}`;
  // No name server knows of the local Fly: only an event says that the records are there.
  if (local) return warn(`${detail}; the local Fly learns it by the event "dns"`);
  return fail(`${detail}. \`fly certs check ${hostname}\` names the records`);
}
