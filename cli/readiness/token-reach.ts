import { appFind } from "../../fly/app.ts";
import type { FlyClient } from "../../fly/client.ts";
import { isFlyError } from "../../fly/errors.ts";
import { tokenReach as reachOf, type TokenReach } from "../../fly/token.ts";
import { tokenReach as rule } from "../../policies/rules/token-reach.ts";
import { altogether } from "./app.ts";
import { type Check, fail, pass, type Subject, skip, type Verdict, warn } from "./check.ts";

/** Does Fly accept the token, for these apps and not for everything, and until when? */
export const tokenReach: Check = {
  name: "Token Reach",
  rule,
  judge: async (subject, signal) => {
    if (subject.token === undefined) return skip("there is no token to ask about");
    const fly = subject.fly(signal);
    try {
      const [reach, apps] = await Promise.all([
        reachOf(fly, subject.token.value),
        Promise.all(subject.apps.map((app) => appReached(fly, app))),
      ]);
      return altogether([...apps, scope(reach, subject), expiry(reach, subject)]);
    } catch (error) {
      if (isFlyError(error, "unauthorized", "forbidden")) return fail(error.message);
      throw error;
    }
  },
};

async function appReached(fly: FlyClient, app: string): Promise<Verdict> {
  try {
    const found = await appFind(fly, app);
    return found === undefined ? fail(`there is no app ${app} that Fly shows this token`) : pass(`reaches ${app}`);
  } catch (error) {
    if (!isFlyError(error, "forbidden")) throw error;
    return fail(`app ${app} is another organisation's, or the token is for another app`);
  }
}

function scope({ orgs, apps }: TokenReach, { local }: Subject): Verdict {
  if (apps.length > 0) return pass(`for ${apps.length === 1 ? "one app" : `${apps.length} apps`} only`);
  const where = `for all of organisation ${orgs.join(" and ") || "(Fly names none)"}`;
  // Its own token opens nothing but itself, and there is no other by which to ask it.
  if (local) return pass(`the local Fly's own, ${where}`);
  return warn(`${where}: whoever has it has everything. For CI make one for an app: \`fly tokens create deploy\``);
}

const dayMs = 86_400_000;

/** Days left at which a token is worth a look. */
const soonDays = 14;
/** Fly gives 20 years to who names no expiry (Fly docs, security/tokens), which is as good as never. */
const longDays = 400;

function expiry({ expiresAt }: TokenReach, { now, local }: Subject): Verdict {
  if (local) return pass("it has no end");
  if (expiresAt === "unknown") return warn("Fly does not say when it ends: write down when it was made");
  if (expiresAt === undefined) return warn("it never ends: what leaks is good for ever. Make one with --expiry");
  const days = Math.floor((expiresAt.getTime() - now.getTime()) / dayMs);
  const date = expiresAt.toISOString().slice(0, 10);
  if (days < 0) return fail(`it ended on ${date}`);
  const left = `it ends on ${date}, in ${days} ${days === 1 ? "day" : "days"}`;
  if (days < soonDays) return warn(`${left}: make the next one now`);
  return days > longDays ? warn(`${left}, which is as good as never. Make one with --expiry`) : pass(left);
}
