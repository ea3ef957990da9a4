import { dirname, posix, relative, resolve, sep } from "node:path";
import { catalogue, rules } from "../../policies/catalogue.ts";
import { type Configuration, configurationOf } from "../../policies/configuration.ts";
import { Desk } from "../../policies/desk.ts";
import { sourceScan } from "../../policies/rules/source-scan.ts";
import type { Report } from "../report/report.ts";
import { recordsOf } from "../source/record.ts";
import { scanSource } from "../source/scan.ts";
import { Trouble } from "../trouble.ts";
import { seenInFlyToml } from "./fly-toml.ts";
import { judgementOf } from "./judgement.ts";
import { withLines } from "./program-line.ts";
import type { Sighting } from "./sighting.ts";

/** What to judge, and by which file. */
export interface AuditOptions {
  /** App at Fly, by name. */
  app?: string | undefined;
  /** A fly.toml. */
  toml?: string | undefined;
  /** Ask the local Fly for the app. */
  local?: boolean | undefined;
  /** Folder of the program. @default the working directory */
  cwd?: string | undefined;
  /** Stack of the program. @default the one selected */
  stack?: string | undefined;
  /** airworthy.toml. @default `AIRWORTHY_CONFIG` */
  config?: string | undefined;
  /** Lets no exemption count. */
  audit?: boolean | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** By what a run judges. */
interface Bench {
  readonly environment: Environment;
  readonly configuration: Configuration;
  readonly now: Date;
}

/** Judges what the options name, and says what was found. */
export async function auditReport(options: AuditOptions, given: Environment, now = new Date()): Promise<Report> {
  const { app, toml, local = false } = options;
  refuseContradictions(options);
  const environment = environmentOf(options, given);
  const bench = { environment, configuration: await configured(environment, now), now };
  if (app !== undefined) return seenReport(await seenApp(app, local, bench), bench);
  if (toml === undefined) return programReport(options, bench);
  return withScan(seenReport(seenInFlyToml(fromHere(toml)), bench), dirname(resolve(toml)), bench);
}

function refuseContradictions({ app, toml, local, stack, cwd }: AuditOptions): void {
  if (app !== undefined && toml !== undefined) throw new Trouble("--app and --toml: name one of them");
  if (local && app === undefined) throw new Trouble("--local: it says where an app is; name one with --app");
  if ((stack ?? cwd) !== undefined && (app ?? toml) !== undefined) {
    throw new Trouble(
      "--stack and --cwd: they are for the program, which --app and --toml leave aside; leave them out",
    );
  }
}

const environmentOf = ({ config, audit }: AuditOptions, given: Environment): Environment => ({
  ...given,
  ...(config !== undefined && { AIRWORTHY_CONFIG: resolve(config) }),
  ...(audit && { AIRWORTHY_AUDIT: "1" }),
});

/** What is wrong with airworthy.toml is told in one line. */
export async function configured(environment: Environment, now: Date): Promise<Configuration> {
  try {
    return await configurationOf(environment, catalogue, now);
  } catch (error) {
    throw new Trouble((error as Error).message);
  }
}

/** The way to a file from where the command runs, as reports spell it. */
const fromHere = (file: string): string => relative(process.cwd(), resolve(file)).split(sep).join("/");

/** Loaded only by who asks Fly. By itself, because the compiler respells no import in a function that has `await using`. */
async function clientOfFly() {
  const [{ subjectOf }, { seenAtFly }] = await Promise.all([import("../readiness/subject.ts"), import("./account.ts")]);
  return { subjectOf, seenAtFly };
}

async function seenApp(app: string, local: boolean, { environment, now }: Bench): Promise<Sighting> {
  if (!/^[a-z][a-z0-9-]{0,62}$/.test(app)) {
    throw new Trouble("--app: an app's name is lowercase letters, figures and dashes, first a letter");
  }
  const { subjectOf, seenAtFly } = await clientOfFly();
  await using subject = await subjectOf({ local, environment: { ...environment } });
  if (subject.token === undefined) {
    throw new Trouble(
      `read app ${app}: there is no token to ask with. Set FLY_API_TOKEN (\`fly tokens create readonly\` makes one that may only read), or take --local`,
    );
  }
  const place = local ? "the local Fly" : subject.flaps.name;
  try {
    return await seenAtFly(subject.fly(AbortSignal.timeout(60_000)), app, place, now);
  } catch (error) {
    if (error instanceof Trouble || !(error instanceof Error)) throw error;
    throw new Trouble(error.message);
  }
}

function seenReport(seen: Sighting, { configuration, now }: Bench): Report {
  const { findings, judged, skipped } = judgementOf(seen, configuration, now);
  return {
    version: 1,
    about: seen.about,
    source: seen.source,
    at: now.toISOString(),
    profile: configuration.profile,
    outcome: outcomeOf(findings),
    judged,
    findings,
    checks: skipped.map(({ rule, reason }) => ({
      name: rule.slug,
      rule: rule.id,
      status: "SKIP",
      detail: `not judged from ${seen.source === "account" ? "an account" : "a fly.toml"}: ${reason}`,
    })),
    regions: seen.regions,
  };
}

async function programReport(options: AuditOptions, bench: Bench): Promise<Report> {
  const { findingsOfProgram } = await import("./program.ts");
  const cwd = resolve(options.cwd ?? ".");
  const { file: config } = bench.configuration;
  const { records, project, stack, profile } = await findingsOfProgram(
    { cwd, stack: options.stack },
    { audit: options.audit ?? false, ...(config !== undefined && { config }) },
  );
  const findings = withLines(records, cwd).map((finding) => within(cwd, finding));
  const report: Report = {
    version: 1,
    about: `stack ${stack} of ${project}`,
    source: "program",
    at: bench.now.toISOString(),
    profile,
    outcome: outcomeOf(findings),
    judged: rules.map(({ id }) => id),
    findings,
    checks: [],
    regions: [],
  };
  return withScan(report, cwd, bench);
}

/** The report, with what the scan of the folder found beside what the rules did. */
async function withScan(report: Report, folder: string, { configuration, now }: Bench): Promise<Report> {
  const { findings: found } = await scanSource(folder);
  const said = new Set(report.findings.map(({ location }) => JSON.stringify(location)));
  const scanned = recordsOf(found, new Desk(configuration, now)).map((finding) => within(folder, finding));
  // Of a line that a rule speaks of already there is nothing to add.
  const findings = [...report.findings, ...scanned.filter(({ location }) => !said.has(JSON.stringify(location)))];
  return { ...report, findings, judged: [...report.judged, sourceScan.id], outcome: outcomeOf(findings) };
}

/** The finding, its file spelt from where the command runs and not from the folder it is in. */
function within(folder: string, finding: Report["findings"][number]): Report["findings"][number] {
  const { location } = finding;
  return location
    ? { ...finding, location: { ...location, file: posix.join(fromHere(folder), location.file) } }
    : finding;
}

/** A rule that broke may have hidden something; what cannot be known before `up` is not held against anybody. */
export function outcomeOf(findings: Report["findings"]): Report["outcome"] {
  if (findings.some(({ state, level }) => state === "violated" && level === "mandatory")) return "not ready";
  return findings.some(({ state }) => state === "crashed") ? "could not tell" : "ready";
}
