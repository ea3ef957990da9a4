import { FlyClient } from "../../fly/client.ts";
import { organisationsOf } from "../../fly/token.ts";
import { resolveConnection } from "../../provider/connection.ts";

/** The account that the live suite makes things in. */
export interface Account {
  fly: FlyClient;
  token: string;
  org: string;
  /** What every app's name begins with, this run's id included. */
  prefix: string;
  /** What apps of other runs begin with. */
  anyRuns: string;
  /** Whether a Managed Postgres is made too, which costs more than everything else together. */
  postgres: boolean;
}

type Environment = Record<string, string | undefined>;

/** What keeps the suite from starting; nothing has been asked of Fly by then. */
export function problemsOf(environment: Environment): string[] {
  const { FLY_API_TOKEN, AIRWORTHY_LIVE_ORG: org, AIRWORTHY_LIVE_PREFIX: prefix } = environment;
  const problems = [];
  if (!FLY_API_TOKEN) {
    problems.push("FLY_API_TOKEN is not set: make one with `fly tokens create org -o <organisation> --expiry 4h`");
  }
  if (!org) problems.push("AIRWORTHY_LIVE_ORG is not set: the slug of an organisation made for tests");
  // "personal" is whatever organisation the token's owner began with, where everything else of theirs is.
  if (org === "personal") {
    problems.push("AIRWORTHY_LIVE_ORG is personal: make an organisation for tests with `fly orgs create`");
  }
  if (!prefix) problems.push("AIRWORTHY_LIVE_PREFIX is not set: what the names of the suite's apps begin with");
  else if (!/^[a-z][a-z0-9-]{3,19}$/.test(prefix)) {
    problems.push("AIRWORTHY_LIVE_PREFIX must be 4 to 20 lowercase letters, digits and dashes, first a letter");
  }
  return problems;
}

/** The account, once its token is seen to be for that organisation and no other. */
export async function liveAccount(environment: Environment, run: string): Promise<Account> {
  const problems = problemsOf(environment);
  if (problems.length > 0) throw new Error(`the live suite does not start:\n- ${problems.join("\n- ")}`);
  const connection = await resolveConnection({}, environment);
  const fly = new FlyClient(connection);
  const org = String(environment["AIRWORTHY_LIVE_ORG"]);
  const organisations = await organisationsOf(fly);
  if (organisations.length !== 1 || organisations[0] !== org) {
    const found = organisations.join(" and ") || "no organisation";
    throw new Error(`the live suite does not start: FLY_API_TOKEN is for ${found}, and not for "${org}" alone`);
  }
  const anyRuns = `${environment["AIRWORTHY_LIVE_PREFIX"]}-`;
  const postgres = environment["AIRWORTHY_LIVE_POSTGRES"] === "1";
  return { fly, token: connection.token, org, prefix: `${anyRuns}${run}`, anyRuns, postgres };
}
