import { z } from "zod";
import { type Answer, appOf, type Call, isReachable, read, text } from "../call.ts";
import { milliseconds } from "../duration.ts";
import { refuse } from "../errors.ts";
import { orgOf, type World } from "../state.ts";
import { type Caller, callerOf, newToken, nobody } from "../token.ts";
import { isOurs } from "./app.ts";

/** What the caller's token is for. */
export function tokenCurrent({ caller }: Call): Answer {
  const token = {
    token_id: caller.tokenId,
    organization: orgOf(caller.org).name,
    org_slug: caller.org,
    apps: caller.app === undefined ? [] : [caller.app],
    user: "",
    restricted_to_machine: "",
    source_machine_id: "",
  };
  return { status: 200, body: { tokens: [token] } };
}

/** Go's durations end at 292 years. */
const longestMs = 9.2e12;

/** Makes a token for one app. An app's own may make none: assumed, as in GraphQL. */
export function deployTokenCreate(call: Call): Answer {
  const app = appOf(call);
  if (call.caller.app !== undefined) refuse("forbidden");
  const expiry = text(call.body, "expiry");
  const lifeMs = expiry === undefined ? undefined : milliseconds(expiry);
  const isWrong = lifeMs === undefined ? expiry !== undefined : lifeMs <= 0 || lifeMs > longestMs;
  if (isWrong) refuse("invalid", { what: "expiry is not a duration" });
  const { value } = newToken(call.world, { name: "deploy token", org: app.org, app: app.name, lifeMs });
  return { status: 200, body: { token: `FlyV1 ${value}` } };
}

/** Of other organisations nothing is known but the slug. */
const numericId = ({ org }: Caller) => orgOf(org).numericId;

/** The token of a header that comes in a body, or a refusal: what it is for, and what Fly's document says of one. */
function verified({ world, body }: Call): { whose: Caller; view: object } {
  const header = text(body, "header") ?? refuse("invalid", { what: "header is required" });
  const whose = callerOf(world, header);
  if (whose === nobody) refuse("tokenUnknown");
  const mask = whose.readOnly ? "r" : "*";
  const app = whose.app === undefined ? undefined : world.apps.get(whose.app);
  // Types and bodies of caveats are superfly/macaroon's.
  const caveats = [
    { type: "Organization", body: { id: numericId(whose), mask } },
    ...(app === undefined ? [] : [{ type: "Apps", body: { apps: { [app.numericId]: mask } } }]),
    ...(whose.expiresAt === undefined ? [] : [validity(world, whose.expiresAt)]),
  ];
  const bytes = [...Buffer.from(whose.tokenId)];
  return { whose, view: { header, nonce: { kid: bytes, rnd: bytes, proof: false }, caveats: { caveats } } };
}

/** Until when a token is good, in the time that callers see. */
const validity = ({ clock }: World, expiresAt: number) => ({
  type: "ValidityWindow",
  body: { not_before: 0, not_after: Math.floor((clock.now() + expiresAt - clock.attended()) / 1000) },
});

/** Says which of the tokens in a header is good, to whoever has them. One header here is one token. */
export const tokenAuthenticate = (call: Call): Answer => ({ status: 200, body: [verified(call).view] });

/** Bits of what can be done to something, and the letters that Fly's document also has for them. */
const actions: Record<string, number> = { r: 1, w: 2, c: 4, d: 8, C: 16 };

const access = z.object({
  org_slug: z.string().optional(),
  app_name: z.string().optional(),
  machine_id: z.string().optional(),
  volume_id: z.string().optional(),
  action: z
    .union([z.int().min(0).max(31), z.string().regex(/^[rwcdC]*$/)])
    .default(0)
    .transform((value) =>
      typeof value === "number" ? value : [...value].reduce((sum, letter) => sum | (actions[letter] ?? 0), 0),
    ),
});

/** Says whether a token may do that. Fly refuses what it may not as it does where it is done: assumed. */
export function tokenAuthorize(call: Call): Answer {
  const { world } = call;
  const { whose, view } = verified(call);
  const wanted = read(access, call.body["access"] ?? {});
  const { org_slug: org, app_name: name, action } = wanted;
  if (org === undefined && name === undefined) refuse("invalid", { what: "access needs org_slug or app_name" });
  const app = name === undefined ? undefined : (world.apps.get(name) ?? refuse("appMissing"));
  const reaches = app === undefined ? whose.app === undefined : isReachable(whose, app);
  const isForeign = org !== undefined && !isOurs(org, { caller: whose });
  if (isForeign || !reaches || (whose.readOnly && (action & ~1) !== 0)) refuse("forbidden");
  const { machine_id: machine, volume_id: volume } = wanted;
  if (machine !== undefined && world.machines.get(machine)?.app !== name) refuse("machineMissing");
  if (volume !== undefined && world.volumes.get(volume)?.app !== name) refuse("volumeMissing");
  const allowed = { action, orgid: numericId(whose), ...(app && { appid: app.numericId }), machine, volume };
  return { status: 200, body: { verified_token: view, access: allowed } };
}
