import { projectDir } from "../drill/evidence-file.ts";
import { ask, type Place } from "../release/pulumi.ts";
import { Trouble } from "../trouble.ts";
import type { ReadinessOptions } from "./readiness.ts";

/** What a stack says of what is to be checked. */
export interface Project {
  /** For people: `stack dev of airworthy-shop`. */
  about: string;
  /** Why no app is known, where none is. */
  noApps?: string;
  options: Pick<ReadinessOptions, "apps" | "clusters" | "org" | "flapsUrl" | "apiUrl" | "local" | "token">;
}

interface Resource {
  urn: string;
  type: string;
  id?: string;
  outputs?: Record<string, unknown>;
}

type Config = Record<string, { value?: string; secret?: boolean } | undefined>;

/** Pulumi's words for having no stack to speak of, which is no error for who did not name one. */
const isNone = /no stack selected|no stack named|no Pulumi\.yaml|no `pulumi` on PATH|PULUMI_ACCESS_TOKEN|pulumi login/;

/**
 * Apps and clusters of a stack, or the one app that was named, and which Fly it belongs to. Of a stack that nobody named,
 * what cannot be read is said where apps would be judged; `undefined` where this is no project.
 */
export async function projectAt(
  place: Place,
  { isNamed, app }: { isNamed: boolean; app: string | undefined },
): Promise<Project | undefined> {
  if (!isNamed && projectDir(place.cwd) === undefined) return undefined;
  try {
    const project = await read(place);
    const { options } = project;
    // Nobody said that the stack's databases are this app's.
    if (app !== undefined) return { about: `app ${app}`, options: { ...options, apps: [app], clusters: [] } };
    return project;
  } catch (error) {
    if (isNamed || !(error instanceof Trouble) || !isNone.test(error.message)) throw error;
    if (app !== undefined) return undefined;
    return { about: "the account", noApps: error.message, options: {} };
  }
}

async function read(place: Place): Promise<Project> {
  // Without --show-secrets: neither names nor ids are any.
  const [exported, shown] = await Promise.all([
    ask(place, "read the stack", ["stack", "export"]),
    ask(place, "read the stack's configuration", ["config", "--json"]),
  ]);
  const { deployment } = JSON.parse(exported) as { deployment?: { resources?: Resource[] } };
  const all = deployment?.resources ?? [];
  const of = (noun: string) => all.filter(({ type }) => type === `airworthy:index:${noun}`);
  const texts = (values: unknown[]) => values.filter((value) => typeof value === "string");
  const apps = [
    ...texts(of("App").map(({ outputs }) => outputs?.["name"])),
    ...texts(of("ProcessGroup").map(({ outputs }) => outputs?.["app"])),
  ];
  const [, stack, name] = /^urn:pulumi:([^:]+)::([^:]+)::/.exec(all[0]?.urn ?? "") ?? [];
  return {
    about: stack === undefined ? `stack ${place.stack ?? "of this project"}` : `stack ${stack} of ${name}`,
    ...(apps.length === 0 && { noApps: "it has no app, since nothing is deployed yet. `pulumi up` deploys it" }),
    options: {
      apps: [...new Set(apps)].sort(),
      clusters: texts(of("ManagedPostgres").map(({ id }) => id)),
      ...(await flyOf(place, JSON.parse(shown) as Config)),
    },
  };
}

/** Which Fly the provider of the stack asks, and with what: its configuration comes before the environment's. */
async function flyOf(place: Place, config: Config) {
  const value = (key: string) => config[`airworthy:${key}`]?.value || undefined;
  if (value("local") === "true") return { local: true, org: value("org") };
  const isSecret = config["airworthy:token"]?.secret === true;
  const token = isSecret
    ? (await ask(place, "read airworthy:token", ["config", "get", "airworthy:token"])).trim()
    : undefined;
  return { org: value("org"), flapsUrl: value("flapsUrl"), apiUrl: value("apiUrl"), token };
}
