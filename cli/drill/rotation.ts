import { randomBytes } from "node:crypto";
import { appFind } from "../../fly/app.ts";
import { isDead, ownerFind, type TokenOwner, tokenCreate, tokenRevoke } from "../../fly/deploy-token.ts";
import { isFlyError } from "../../fly/errors.ts";
import { Trouble } from "../trouble.ts";
import { type Finding, type Session, seconds, since } from "./drill.ts";
import { type Fly, flyOf, wanted } from "./fly.ts";

export interface RotationOptions {
  app?: string;
  local?: boolean;
}

/** A token this drill has made. */
interface Token {
  id: string;
  value: string;
}

/** Where a revoked token still works, Fly may not have told all its machines yet. */
const patienceMs = 60_000;

/**
 * Makes a deploy token and its successor, revokes the first, and sees that Fly does not accept that one any more while
 * the other one works. Both end with the drill, and by themselves within the hour.
 */
export async function rotation(session: Session, options: RotationOptions): Promise<Finding> {
  const app = wanted(options.app, "the app with --app");
  const fly = await flyOf(session, options);
  const owner = await ownerFind(fly.client, { app });
  if (owner === undefined) throw new Trouble(`there is no app "${app}" at ${fly.name}`);
  const name = `airworthy-drill-${randomBytes(4).toString("hex")}`;
  // By their name, since an answer with an id may have been lost.
  session.undo(`tokens ${name} of app "${app}", which end by themselves within the hour`, () =>
    revokeAll(fly, app, name),
  );
  const finding = { app, result: "failed" } as const;

  const old = await make(session, fly, owner, app, name);
  if (!(await works(fly, old, app))) return { ...finding, durationMs: 0, detail: "a new deploy token does not work" };
  session.say("a first deploy token works");
  const start = performance.now();
  const next = await make(session, fly, owner, app, name);
  if (!(await works(fly, next, app))) {
    return { ...finding, durationMs: performance.now() - start, detail: "the second deploy token does not work" };
  }
  const revoked = performance.now();
  await tokenRevoke(fly.client, { app }, old.id);
  const died = await dies(fly, old);
  const durationMs = performance.now() - start;
  if (!died) {
    return { ...finding, durationMs, detail: `the old token still works ${since(revoked)} after it was revoked` };
  }
  const deadAfter = since(revoked);
  if (!(await works(fly, next, app))) {
    return { ...finding, durationMs, detail: "with the old token the new one stopped working too" };
  }
  const detail = `the new token worked before and after, the old one was answered 401 within ${deadAfter} of being revoked; all of it took ${seconds(durationMs)}`;
  return { app, result: "passed", durationMs, detail };
}

async function make({ conceal }: Session, { client }: Fly, owner: TokenOwner, app: string, name: string) {
  const { id, tokenHeader } = await tokenCreate(client, owner, { app }, { name, expiry: "1h" });
  conceal(tokenHeader);
  return { id, value: tokenHeader };
}

/** Whether the token reaches its app. */
async function works({ client }: Fly, { value }: Token, app: string): Promise<boolean> {
  const holder = client.withToken(value);
  try {
    return (await appFind(holder, app)) !== undefined;
  } catch (error) {
    if (!isFlyError(error, "unauthorized", "forbidden", "not-found")) throw error;
    return false;
  } finally {
    await holder.close();
  }
}

async function dies({ client, pause }: Fly, { value }: Token): Promise<boolean> {
  for (const until = performance.now() + patienceMs; performance.now() < until; await pause()) {
    if (await isDead(client, value)) return true;
  }
  return false;
}

async function revokeAll({ undoing }: Fly, app: string, name: string): Promise<void> {
  const { client: fly } = undoing();
  const owner = await ownerFind(fly, { app });
  const left = (owner?.tokens ?? []).filter((token) => token.name === name && !token.revokedAt);
  for (const { id } of left) await tokenRevoke(fly, { app }, id);
}
