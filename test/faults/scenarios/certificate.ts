import type { Properties } from "../../../provider/value.ts";
import { secret } from "../../support/engine.ts";
import { happen, send } from "../../support/local-fly.ts";
import { selfSigned } from "../../support/pem.ts";
import type { Lane } from "../cli.ts";
import { of, type Scenario } from "../scenario.ts";

const hostname = "swept.example.com";
const asked = (app: string): Properties => ({ app, hostname });

/** One of one's own, the same each time it is asked for. */
function uploaded(expires: string): (app: string) => Properties {
  const { fullchain, privateKey } = selfSigned(hostname, expires);
  return (app) => ({ app, hostname, fullchain, privateKey: secret(privateKey) });
}
const first = uploaded("2030-01-01T00:00:00.000Z");
const second = uploaded("2031-01-01T00:00:00.000Z");

const expected = (app: string) => [`app ${app}`, `certificate ${hostname} pending_validation`];
const own = (year: number) => (app: string) => [`app ${app}`, `certificate ${hostname} none, own of ${year}`];

/** DNS records that are right, so that Fly issues as soon as it is asked. */
async function ready(lane: Lane, app: string): Promise<string[]> {
  await send(lane.fly, "POST", `/v1/apps/${app}/ip_assignments`, { type: "v6" });
  await happen(lane.fly, { kind: "dns", hostname: "waited.example.com", validated: true });
  return [];
}
const waited = (app: string): Properties => ({ app, hostname: "waited.example.com", waitUntilIssued: true });

export const certificate: Scenario[] = of("Certificate", "a certificate", {
  create: { command: "up", after: asked, expected },
  "create and wait": {
    command: "up",
    prepare: ready,
    after: waited,
    expected: (app) => [`app ${app}`, "ip v6", "certificate waited.example.com active"],
  },
  upload: { command: "up", after: first, expected: own(2030) },
  "upload another": { command: "up", before: first, after: second, expected: own(2031) },
  "give way": { command: "up", before: first, after: asked, expected },
  delete: { command: "destroy", before: asked, expected: (app) => [`app ${app}`] },
  refresh: { command: "refresh", before: first, expected: own(2030) },
});
