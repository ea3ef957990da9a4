import type { CheckedRule } from "../../policies/rule.ts";
import type { Evidence } from "../drill/evidence.ts";
import type { Check, Subject, Verdict } from "./check.ts";
import type { Standing } from "./standing.ts";

/** Which Fly {@link checkFlyioReadiness} asks, about which apps, and how. */
export interface ReadinessOptions {
  /** A Fly token, with or without its scheme. @default `FLY_API_TOKEN`, then `FLY_ACCESS_TOKEN` */
  token?: string | undefined;
  /** Organisation whose apps are asked for. @default learnt from the token */
  org?: string | undefined;
  /** Names of the only rules to judge: `machines-running`. @default all */
  only?: readonly string[] | undefined;
  /** Apps to judge. @default none: only what concerns the account is judged */
  apps?: readonly string[] | undefined;
  /** Ids of Managed Postgres clusters that belong to the apps, besides those that Fly shows as attached to one. */
  clusters?: readonly string[] | undefined;
  /** Machines API. @default `FLY_FLAPS_BASE_URL`, then `https://api.machines.dev` */
  flapsUrl?: string | undefined;
  /** GraphQL and web API. @default `FLY_API_BASE_URL`, then `https://api.fly.io` */
  apiUrl?: string | undefined;
  /** Base of the status page. @default `FLY_STATUS_BASE_URL`, then `https://status.flyio.net` */
  statusUrl?: string | undefined;
  /** Where an app's public name is asked for. @default `https://<app>.fly.dev`; nowhere for the local Fly */
  publicUrl?: Subject["publicUrl"];
  /** Ask the local Fly of this project, and start it where none runs; `token`, `flapsUrl` and the environment are ignored then. @default false */
  local?: boolean | undefined;
  /** Reads what drills recorded, newest first. @default none */
  evidence?: (() => readonly Evidence[]) | undefined;
  /** What airworthy.toml says of a rule. @default nothing */
  standing?: ((rule: CheckedRule) => Standing) | undefined;
  /** What ages are counted from. @default now; with `local`, the local Fly's own time */
  now?: Date | undefined;
  /** Told of each check that has ended, and how many there are. */
  onCheck?: ((check: ReadinessCheck, of: number) => void) | undefined;
  /** Milliseconds each check may take. @default 10000 */
  timeoutMs?: number | undefined;
  /** @default process.env */
  environment?: Record<string, string | undefined> | undefined;
}

/** What one check found. */
export interface ReadinessCheck extends Verdict {
  /** What stands before the colon: `Fly API`, `API Token Set`, `Platform Status`, … */
  name: string;
  /** Id of the rule it judges. */
  rule: string;
  /** False where it could not tell; its status is FAIL then, because what is not known is not fine. */
  told: boolean;
}

/** What all checks found. */
export interface Readiness {
  /** Whether nothing failed and everything could be told. */
  ready: boolean;
  /** `not ready` where a check failed that could tell; otherwise `could not tell` where one could not. */
  outcome: "ready" | "not ready" | "could not tell";
  checks: ReadinessCheck[];
  /** Machines of the apps by region, as far as they could be read. */
  regions: RegionCount[];
}

/** How many machines there are in a region. */
interface RegionCount {
  code: string;
  machines: number;
  running: number;
}

/**
 * Asks whether Fly is ready for a deploy, and where apps are named, whether they are as the checklist wants them. All
 * checks run, at once, and none throws: what cannot be told is a FAIL whose detail begins with `could not tell`.
 *
 * @example
 * const { ready, checks } = await checkFlyioReadiness({ apps: ["shop"] });
 */
export async function checkFlyioReadiness(options: ReadinessOptions = {}): Promise<Readiness> {
  // Programs import this beside components: what speaks HTTP is loaded only when somebody asks.
  const [{ accountChecks, checks: all }, { subjectOf }] = await Promise.all([
    import("./catalogue.ts"),
    import("./subject.ts"),
  ]);
  const { apps = [], only } = options;
  const known = apps.length === 0 ? accountChecks : all;
  const checks = known.filter(({ rule }) => only === undefined || only.includes(rule.slug));
  const finding = subjectOf(options);
  const timeoutMs = options.timeoutMs ?? 10_000;
  const found = await Promise.all(
    checks.map(async (check) => {
      const ended = await run(check, finding, timeoutMs, options.standing?.(check.rule));
      options.onCheck?.(ended, checks.length);
      return ended;
    }),
  );
  const subject = await finding.catch(() => undefined);
  const regions = subject === undefined ? [] : await regionsOf(subject, timeoutMs);
  await subject?.[Symbol.asyncDispose]();
  const judged = withoutEchoes(found);
  const outcome = outcomeOf(judged);
  return { ready: outcome === "ready", outcome, checks: judged, regions };
}

function outcomeOf(checks: readonly ReadinessCheck[]): Readiness["outcome"] {
  if (checks.some(({ status, told }) => status === "FAIL" && told)) return "not ready";
  return checks.every(({ told }) => told) ? "ready" : "could not tell";
}

/** What a check found, and whether Fly refused it what it asked for. */
type Found = ReadinessCheck & { refused: boolean };

/** A token that is missing, not valid or for something else is said once, and not again by whatever it cannot reach. */
function withoutEchoes(found: readonly Found[]): ReadinessCheck[] {
  const cause = found.find(({ rule, status, told }) => told && status === "FAIL" && /^FLY-SEC-0[89]$/.test(rule));
  return found.map(({ refused, ...check }) =>
    refused && cause !== undefined && check.rule !== "FLY-API-01"
      ? { ...check, status: "SKIP", detail: `nothing can be asked: see ${cause.name}`, told: true }
      : check,
  );
}

async function run(check: Check, finding: Promise<Subject>, timeoutMs: number, standing: Standing): Promise<Found> {
  const [{ withoutSecrets }, { isRefusal }, { weighed }] = await Promise.all([
    import("../../fly/redaction.ts"),
    import("./subject.ts"),
    import("./standing.ts"),
  ]);
  const limit = AbortSignal.timeout(timeoutMs);
  const found = { name: check.name, rule: check.rule.id, told: true, refused: false };
  if (standing === "disabled") return { ...found, status: "SKIP", detail: "disabled in airworthy.toml" };
  const secrets: string[] = [];
  let verdict: Verdict;
  try {
    const subject = await finding;
    if (subject.token !== undefined) secrets.push(subject.token.value);
    verdict = weighed(await inTime(check.judge(subject, limit), limit), standing);
  } catch (error) {
    found.told = false;
    found.refused = isRefusal(error);
    const why = limit.aborted ? `no answer within ${timeoutMs / 1000} s` : (error as Error).message;
    verdict = { status: "FAIL", detail: `could not tell: ${why}` };
  }
  return { ...found, status: verdict.status, detail: withoutSecrets(oneLine(verdict.detail), secrets) };
}

async function regionsOf(subject: Subject, timeoutMs: number): Promise<RegionCount[]> {
  const { machinesOf } = await import("./app.ts");
  try {
    const fly = subject.fly(AbortSignal.timeout(timeoutMs));
    const machines = (await Promise.all(subject.apps.map((app) => machinesOf(fly, app)))).flat();
    return [...Map.groupBy(machines, ({ region }) => region)]
      .map(([code, members]) => {
        const running = members.filter(({ state }) => state === "started").length;
        return { code, machines: members.length, running };
      })
      .sort((one, other) => (one.code < other.code ? -1 : 1));
  } catch {
    // What could not be read, a check says.
    return [];
  }
}

/** What it answers, or what the limit says: a check may wait for what no signal ends. */
function inTime<T>(answer: Promise<T>, limit: AbortSignal): Promise<T> {
  const late = new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () => reject(limit.reason), { once: true });
  });
  return Promise.race([answer, late]);
}

/** Texts of Fly and of its status page end up on a terminal: no line breaks, no control sequences. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const oneLine = (text: string) => text.replace(/[\u0000-\u0020\u007f-\u009f]+/g, " ").trim();
