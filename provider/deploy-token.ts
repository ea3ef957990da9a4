import { z } from "zod";
import {
  type FlyToken,
  isDead,
  ownerFind,
  profileOf,
  scopeText,
  type TokenOwner,
  type TokenScope,
  tokenCreate,
  tokenRevoke,
} from "../fly/deploy-token.ts";
import { durationMs, formatDuration } from "../fly/duration.ts";
import { FlyError, isFlyError } from "../fly/errors.ts";
import { appName, replaces } from "./input.ts";
import { type Context, defineLifecycle, type Existing, type Known, type Problem } from "./lifecycle.ts";
import { pause } from "./pause.ts";
import { type Properties, unknown } from "./value.ts";

const hour = 3_600_000;
/** 20 years, Fly's own default (Fly docs, security/tokens), with their leap days. */
const longest = 7305 * 24 * hour;

/** How long a token lives or serves. */
const span = (least: number, leastText: string) =>
  z.string().refine((text) => {
    const ms = durationMs(text);
    return ms !== undefined && ms >= least && ms <= longest;
  }, `must be a duration such as "90d" or "12h", from ${leastText} to 7305d, which is Fly's own default`);

export const deployTokenInputs = z.strictObject({
  app: appName.optional().meta({ ...replaces, description: "App the token may manage." }),
  scope: z
    .enum(["app", "organization"])
    .default("app")
    .meta({ ...replaces, description: "Whether it may manage one app or all of the organisation." }),
  reason: z
    .string()
    .min(15, "must be 15 characters or more: it tells those who come after why one app is not enough")
    .optional()
    .meta({ description: "Why a token for a whole organisation is needed." }),
  name: z
    .string()
    .min(1, "must not be empty")
    .optional()
    .meta({ ...replaces, description: "Name, by which Fly lists it." }),
  expiresIn: span(hour, "1h")
    .default("90d")
    .meta({ ...replaces, description: "How long it is valid." }),
  rotateAfter: span(1000, "1s").optional().meta({ description: "Age at which the next up rotates it." }),
  rotationTriggers: z
    .array(z.string())
    .optional()
    .meta({ ...replaces, description: "Anything whose change rotates the token." }),
});

export const deployToken = defineLifecycle({
  token: "airworthy:index:DeployToken",
  inputs: deployTokenInputs,
  outputs: z.object({
    token: z.string().meta({ stable: true, secret: true }),
    tokenId: z.string().meta({ stable: true }),
    createdAt: z.string().meta({ stable: true }),
    expiresAt: z.string().meta({ stable: true }),
  }),

  check: (news) => [...scopeProblems(news), ...ageProblems(news)],

  // By the name a lost answer is looked for: of two tokens of one name, made at once, each would be the other's stray.
  identity: ({ name, app, scope }) =>
    [name, app, scope].includes(unknown) || typeof name !== "string"
      ? undefined
      : `token "${name}" of ${scope === "app" ? `app "${app}"` : "the organisation"}`,

  settle: (differences, { inputs, outputs }, news) => [
    ...differences.filter(({ path }) => path[0] !== "rotateAfter" || !isOld(outputs, news, inputs)),
    ...(isOld(outputs, news, inputs) ? [{ path: ["rotateAfter"], kind: "update", replaces: true } as const] : []),
  ],

  async create(context, declared) {
    const scope: TokenScope = declared.app === undefined ? { org: await context.org() } : { app: declared.app };
    const name = declared.name ?? `${context.stack} ${context.name}`;
    const owner = await ownerFind(context.fly, scope);
    if (owner === undefined) throw noOwner(`create token "${name}"`, scope);
    const { tokenHeader, ...live } = await created(context, owner, scope, {
      name,
      expiry: formatDuration(durationMs(declared.expiresIn) ?? 0),
    });
    return existing(scope, live, tokenHeader);
  },

  async read(context, id, known) {
    const found = await lookUp(context, id, known);
    if (found === undefined) return undefined;
    const { scope, live, others } = found;
    if (known === undefined) {
      if (live.profile !== profileOf(scope)) throw otherKind(scope, live);
      context.warn(
        `the value of token ${live.id} is not known, because Fly shows it once, when it is made: \`token\` has none. To get one, rotate it: change rotationTriggers`,
      );
      return { ...existing(scope, live), inputs: fromLive(scope, live) };
    }
    warnOfStrays(context, scope, live, others);
    const value = known.outputs["token"];
    return { ...existing(scope, live, typeof value === "string" ? value : undefined), inputs: known.inputs };
  },

  // What may change in place says when to rotate and why there is a token; Fly knows nothing of either.
  async update(_context, id, _declared, { outputs }) {
    const kept = ["token", "tokenId", "name", "createdAt", "expiresAt"].filter((field) => field in outputs);
    return { id, outputs: Object.fromEntries(kept.map((field) => [field, outputs[field] ?? null])) };
  },

  async remove(context, id, known) {
    const { scope, tokenId } = partsOf(id, known);
    try {
      await tokenRevoke(context.fly, scope, tokenId);
    } catch (error) {
      // Whether it is gone or merely not this token's to see is found out by what follows.
      if (!isFlyError(error, "not-found")) throw error;
    }
    const value = known.outputs["token"];
    if (typeof value === "string") return seenDead(context, scope, tokenId, value);
    const left = (await ownerFind(context.fly, scope))?.tokens.find((token) => token.id === tokenId);
    if (left !== undefined && !hasEnded(left)) throw stillValid(scope, tokenId, "lists it as valid");
  },
});

function existing(scope: TokenScope, live: FlyToken, value?: string): Existing {
  const { id: tokenId, name, createdAt, expiresAt } = live;
  const owner = "app" in scope ? scope.app : scope.org;
  const token: Properties = value === undefined ? {} : { token: value };
  return { id: `${owner}/${tokenId}`, outputs: { name, tokenId, createdAt, expiresAt, ...token } };
}

/** The id is `<app>/<token>`, or `<organisation>/<token>` with scope organization. */
function partsOf(id: string, known: Known): { scope: TokenScope; tokenId: string } {
  const slash = id.indexOf("/");
  const owner = id.slice(0, slash);
  const scope = known.inputs["scope"] === "organization" ? { org: owner } : { app: owner };
  return { scope, tokenId: id.slice(slash + 1) };
}

/** Judged by this machine's clock. */
const hasEnded = ({ revokedAt, expiresAt }: FlyToken) => Boolean(revokedAt) || Date.parse(expiresAt) <= Date.now();

/** Whether it is time to rotate, by the clock of the machine that runs `pulumi`. */
function isOld(outputs: Properties, news: Properties, olds: Properties): boolean {
  const after = rotateAfterMs(news) ?? rotateAfterMs(olds);
  const made = Date.parse(String(outputs["createdAt"]));
  return after !== undefined && made + after <= Date.now();
}

/** By default two thirds of the life. */
function rotateAfterMs({ rotateAfter, expiresIn }: Properties): number | undefined {
  if (rotateAfter !== undefined) return durationMs(rotateAfter);
  const life = durationMs(expiresIn);
  return life === undefined ? undefined : (life * 2) / 3;
}

function scopeProblems({ scope, app }: Properties): Problem[] {
  if (scope === "app" && app === undefined) {
    return [{ path: ["app"], message: 'is required, or set scope to "organization" and say why with reason' }];
  }
  if (scope === "organization" && app !== undefined) {
    return [{ path: ["app"], message: "a token for the whole organisation has no app: leave out app or scope" }];
  }
  return [];
}

function ageProblems({ rotateAfter, expiresIn }: Properties): Problem[] {
  const [age, life] = [durationMs(rotateAfter), durationMs(expiresIn)];
  if (age === undefined || life === undefined || age < life) return [];
  return [{ path: ["rotateAfter"], message: "must be below expiresIn, or the token dies before it is rotated" }];
}

const noOwner = (does: string, scope: TokenScope) =>
  new FlyError("not-found", does, `there is no ${scopeText(scope)}. Create it first, or correct its name`);

/**
 * Makes a token. Where the answer was lost nobody has its value, so what appeared under the name is revoked and another
 * is made.
 */
async function created(context: Context, owner: TokenOwner, scope: TokenScope, wish: { name: string; expiry: string }) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await tokenCreate(context.fly, owner, scope, wish);
    } catch (error) {
      if (!isFlyError(error, "uncertain")) throw error;
      const now = await ownerFind(context.fly, scope);
      if (now === undefined) throw noOwner(`create token "${wish.name}"`, scope);
      const isNews = (token: FlyToken) =>
        token.name === wish.name && !hasEnded(token) && owner.tokens.every(({ id }) => id !== token.id);
      for (const { id } of now.tokens.filter(isNews)) await tokenRevoke(context.fly, scope, id);
      if (attempt >= 3) throw error;
    }
  }
}

interface LookedUp {
  scope: TokenScope;
  live: FlyToken;
  others: FlyToken[];
}

/** The token as Fly lists it; `undefined` where it was revoked, has expired or is proven gone. */
async function lookUp({ fly }: Context, id: string, known: Known | undefined): Promise<LookedUp | undefined> {
  const slash = id.indexOf("/");
  const [owner, tokenId] = [id.slice(0, Math.max(slash, 0)), id.slice(slash + 1)];
  const scopes = known === undefined ? [{ app: owner }, { org: owner }] : [partsOf(id, known).scope];
  for (const scope of scopes) {
    const found = await ownerFind(fly, scope).catch((error) => {
      // What somebody imports may be of an app or of an organisation.
      if (known === undefined && isFlyError(error, "not-found")) return undefined;
      throw error;
    });
    const live = found?.tokens.find((token) => token.id === tokenId);
    const others = found?.tokens.filter((token) => token.id !== tokenId) ?? [];
    if (live !== undefined && !hasEnded(live)) return { scope, live, others };
  }
  return undefined;
}

/** A killed run leaves a token that cannot be told from the one about to be replaced, so none is revoked by guess. */
function warnOfStrays({ warn }: Context, scope: TokenScope, live: FlyToken, others: FlyToken[]): void {
  const strays = others.filter((token) => token.name === live.name && !hasEnded(token)).map(({ id }) => id);
  if (strays.length === 0) return;
  warn(
    `${scopeText(scope)} has more tokens of the name "${live.name}" than this one: ${strays.join(", ")}. An interrupted run may have left them. ` +
      `If they are still there after the next \`pulumi up\` and nobody uses them, run \`fly tokens revoke ${strays.join(" ")}\``,
  );
}

/** The inputs by which a program would get such a token. */
function fromLive(scope: TokenScope, { name, createdAt, expiresAt }: FlyToken): Properties {
  const minutes = Math.round((Date.parse(expiresAt) - Date.parse(createdAt)) / 60_000);
  const [size, unit] = minutes % 1440 === 0 ? [1440, "d"] : minutes % 60 === 0 ? [60, "h"] : [1, "m"];
  const owner: Properties = "app" in scope ? { app: scope.app, scope: "app" } : { scope: "organization" };
  return { ...owner, name, expiresIn: `${minutes / size}${unit}` };
}

/** An organisation lists the tokens of its apps too, and those that something else than a deployment uses. */
const otherKind = (scope: TokenScope, { id, profile }: FlyToken) =>
  new FlyError(
    "invalid",
    `import token ${id} of ${scopeText(scope)}`,
    `it is of profile ${JSON.stringify(profile)}, not ${JSON.stringify(profileOf(scope))}. A token of an app is imported as \`<app>/<token id>\``,
  );

/** Asks Fly with the revoked token until Fly no longer accepts it: its parts learn of it one after the other. */
async function seenDead(context: Context, scope: TokenScope, id: string, value: string): Promise<void> {
  for (let attempt = 0; attempt < 65; attempt++) {
    if (await isDead(context.fly, value)) return;
    context.report("waiting for Fly to refuse the revoked token");
    await pause(context, attempt);
  }
  throw stillValid(scope, id, "still accepts it after two minutes");
}

const stillValid = (scope: TokenScope, id: string, what: string) =>
  new FlyError(
    "timeout",
    `revoke token ${id} of ${scopeText(scope)}`,
    `Fly ${what}. Run again; if that does not help, run \`fly tokens revoke ${id}\``,
  );
