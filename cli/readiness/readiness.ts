import type { Check, Subject, Verdict } from "./check.ts";

/** Which Fly {@link checkFlyioReadiness} asks, and how. */
export interface ReadinessOptions {
  /** A Fly token, with or without its scheme. @default `FLY_API_TOKEN`, then `FLY_ACCESS_TOKEN` */
  token?: string | undefined;
  /** Organisation whose apps are asked for. @default learnt from the token */
  org?: string | undefined;
  /** Machines API. @default `FLY_FLAPS_BASE_URL`, then `https://api.machines.dev` */
  flapsUrl?: string | undefined;
  /** Base of the status page. @default `FLY_STATUS_BASE_URL`, then `https://status.flyio.net` */
  statusUrl?: string | undefined;
  /** Ask the local Fly of this project, and start it where none runs; `token`, `flapsUrl` and the environment are ignored then. @default false */
  local?: boolean | undefined;
  /** Milliseconds each check may take. @default 10000 */
  timeoutMs?: number | undefined;
  /** @default process.env */
  environment?: Record<string, string | undefined> | undefined;
}

/** What one check found. */
export interface ReadinessCheck extends Verdict {
  /** `Fly API`, `API Token Set` or `Platform Status`. */
  name: string;
}

/** What all checks found. */
export interface Readiness {
  /** Whether every check passed. */
  ready: boolean;
  checks: ReadinessCheck[];
}

/**
 * Asks whether deploying to Fly can work now: its Machines API answers 200 to the token, the token is set, and Fly's
 * status page reports no trouble. All checks run, at once, and none throws: what cannot be told is a FAIL whose detail
 * begins with `could not tell`.
 *
 * @example
 * const { ready, checks } = await checkFlyioReadiness();
 */
export async function checkFlyioReadiness(options: ReadinessOptions = {}): Promise<Readiness> {
  // Programs import this beside components: what speaks HTTP is loaded only when somebody asks.
  const [{ checks }, { subjectOf }] = await Promise.all([import("./catalogue.ts"), import("./subject.ts")]);
  const subject = subjectOf(options);
  const found = await Promise.all(checks.map((check) => run(check, subject, options.timeoutMs ?? 10_000)));
  return { ready: found.every(({ status }) => status === "PASS"), checks: found };
}

async function run(check: Check, finding: Promise<Subject>, timeoutMs: number): Promise<ReadinessCheck> {
  const { withoutSecrets } = await import("../../fly/redaction.ts");
  const limit = AbortSignal.timeout(timeoutMs);
  const secrets: string[] = [];
  let verdict: Verdict;
  try {
    const subject = await finding;
    if (subject.token !== undefined) secrets.push(subject.token.value);
    verdict = await check.judge(subject, limit);
  } catch (error) {
    const why = limit.aborted ? `no answer within ${timeoutMs / 1000} s` : (error as Error).message;
    verdict = { status: "FAIL", detail: `could not tell: ${why}` };
  }
  return { name: check.name, status: verdict.status, detail: withoutSecrets(oneLine(verdict.detail), secrets) };
}

/** Texts of Fly and of its status page end up on a terminal: no line breaks, no control sequences. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const oneLine = (text: string) => text.replace(/[\u0000-\u0020\u007f-\u009f]+/g, " ").trim();
