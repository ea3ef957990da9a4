import { readFileSync } from "node:fs";

/** A resource as the program registered it in one run of the real CLI. */
export interface Registered {
  urn: string;
  type: string;
  name: string;
  /** What the CLI asked Check about: the program's inputs, with the ids of that run. */
  news: Values;
  /** Resources that each input is made of. */
  sources: Record<string, string[]>;
  /** What it depends on, the parent's children not counted. */
  dependencies: string[];
  /** Resources that were done when the CLI began with this one. */
  after: string[];
  /** What the run knew of it in the end. */
  id: string;
  outputs: Values;
}

export type Values = Record<string, unknown>;

/** A call of the provider in a run of the real CLI. */
interface Called {
  method: string;
  urn: string;
}

/** One command of the real CLI on the whole stack. */
export interface Recording {
  command: "up" | "destroy";
  resources: Registered[];
  /** Calls that act on a resource, in the order in which they began. */
  calls: Called[];
  /** Operations by which the command changed something at the local Fly. */
  changes: string[];
}

/** A line of `PULUMI_DEBUG_GRPC`. */
interface Line {
  method: string;
  progress: "request_started" | "response_completed";
  request: Values;
  response?: Values;
  metadata?: { mode?: string; kind?: string };
}

/** What the mini engine does not do; a program that asks for it has to teach it first. */
const unknownOptions = ["ignoreChanges", "replaceOnChanges", "deletedWith", "retainOnDelete", "import", "aliases"];
const acting = ["Create", "Update", "Delete", "Read"];

/** Reads what the CLI wrote about its calls. The file has secrets in clear: whoever made it removes it. */
export function readRecording(file: string, command: Recording["command"], changes: string[]): Recording {
  const lines = readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Line]));
  const asked = lines.filter(({ metadata }) => metadata?.mode === "client" && metadata.kind === "resource");
  const calls = asked.flatMap(({ method, progress, request }) => {
    const name = nameOf(method);
    return progress === "request_started" && acting.includes(name)
      ? [{ method: name, urn: request["urn"] as string }]
      : [];
  });
  return { command, resources: registrations(lines, asked), calls, changes };
}

const nameOf = (method: string) => method.slice(method.lastIndexOf("/") + 1);

function registrations(lines: Line[], asked: Line[]): Registered[] {
  const news = new Map<string, Values>();
  for (const { method, progress, request } of asked) {
    const isFirst = nameOf(method) === "Check" && progress === "request_started" && !news.has(request["urn"] as string);
    if (isFirst) news.set(request["urn"] as string, request["news"] as Values);
  }
  const registering = lines.filter(({ method, request }) => nameOf(method) === "RegisterResource" && request["custom"]);
  const done: string[] = [];
  const before = new Map<string, string[]>();
  const found: Registered[] = [];
  for (const { progress, request, response } of registering) {
    const key = `${request["type"]} ${request["name"]}`;
    if (progress === "request_started") {
      before.set(key, [...done]);
      continue;
    }
    const urn = response?.["urn"] as string;
    found.push(registered(request, response as Values, news.get(urn) ?? {}, before.get(key) ?? []));
    done.push(urn);
  }
  return found;
}

function registered(request: Values, response: Values, news: Values, after: string[]): Registered {
  const strange = unknownOptions.filter((option) => (request[option] as unknown[] | undefined)?.length);
  if (strange.length > 0)
    throw new Error(`the mini engine knows nothing of ${strange.join(", ")} (${request["name"]})`);
  const sources = request["propertyDependencies"] as Record<string, { urns?: string[] }> | undefined;
  return {
    urn: response["urn"] as string,
    type: request["type"] as string,
    name: request["name"] as string,
    news,
    sources: Object.fromEntries(Object.entries(sources ?? {}).map(([property, { urns = [] }]) => [property, urns])),
    dependencies: (request["dependencies"] as string[] | undefined) ?? [],
    after,
    id: response["id"] as string,
    outputs: (response["object"] as Values | undefined) ?? {},
  };
}
