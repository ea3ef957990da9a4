import { catalogue, checkedRules } from "../../policies/catalogue.ts";
import { type Configuration, configurationOf } from "../../policies/configuration.ts";
import { readEvidence } from "../drill/evidence-file.ts";
import type { Report } from "../report/report.ts";
import { Trouble } from "../trouble.ts";
import { type Project, projectAt } from "./project.ts";
import { checkFlyioReadiness } from "./readiness.ts";
import { reportOf } from "./report.ts";
import { progress } from "./spinner.ts";
import { standingOf } from "./standing.ts";

/** What people say to `airworthy check`. */
export interface CheckOptions {
  app?: string;
  stack?: string;
  org?: string;
  local?: boolean;
  /** Names of rules. */
  only?: string[];
  evidence?: string;
  /** Seconds. */
  timeout: number;
}

/** Makes the report of `airworthy check`. Throws a {@link Trouble} where nothing can be checked. */
export async function checkReport(options: CheckOptions, environment: NodeJS.ProcessEnv): Promise<Report> {
  const cwd = process.cwd();
  const at = new Date();
  refuseUnknown(options.only);
  const shown = progress();
  try {
    const [configuration, project] = await Promise.all([configured(environment, at), projectOf(options, cwd)]);
    const readiness = await checkFlyioReadiness({
      ...project.options,
      ...(options.org && { org: options.org }),
      ...(options.local && { local: true }),
      ...(options.only && { only: options.only }),
      standing: standingOf(configuration, project.options.apps ?? [], at),
      evidence: () => readEvidence(environment, cwd, options.evidence),
      timeoutMs: options.timeout * 1000,
      environment,
      onCheck: (_, of) => shown.told(of),
    });
    const { about, noApps } = project;
    if (noApps === undefined) return reportOf(readiness, { about, profile: configuration.profile, at });
    // Only the account was judged. That is all there is to ask without a project, and too little where a stack was named.
    console.error(`airworthy: no app of ${about} is judged: ${noApps}`);
    const isShort = options.stack !== undefined && readiness.outcome === "ready";
    const outcome = isShort ? "could not tell" : readiness.outcome;
    return reportOf({ ...readiness, outcome }, { about, profile: configuration.profile, at });
  } finally {
    shown.end();
  }
}

function refuseUnknown(only: readonly string[] = []): void {
  const slugs = checkedRules.map(({ slug }) => slug);
  const unknown = only.find((slug) => !slugs.includes(slug));
  if (unknown !== undefined) {
    throw new Trouble(`--only ${unknown}: no check judges by that name; there are ${slugs.join(", ")}`);
  }
}

async function projectOf({ app, stack, local }: CheckOptions, cwd: string): Promise<Project> {
  // Which app and which Fly is all that a stack could say.
  const isSaid = app !== undefined && local && stack === undefined;
  const found = isSaid ? undefined : await projectAt({ cwd, stack }, { isNamed: stack !== undefined, app });
  return (
    found ?? {
      about: app === undefined ? "the account" : `app ${app}`,
      options: app === undefined ? {} : { apps: [app] },
    }
  );
}

async function configured(environment: NodeJS.ProcessEnv, now: Date): Promise<Configuration> {
  try {
    return await configurationOf(environment, catalogue, now);
  } catch (error) {
    throw new Trouble((error as Error).message);
  }
}
