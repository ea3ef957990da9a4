import type { Behaviour } from "./behaviour/index.ts";
import type { Refusal } from "./errors.ts";
import { notEmulated } from "./not-emulated.ts";
import type { Profile } from "./profile.ts";
import type { Route } from "./routes.ts";
import type { Switch } from "./switches.ts";

/** What docs/local-fly.md is made of. */
export interface Source {
  readonly behaviours: readonly Behaviour[];
  readonly refusals: Readonly<Record<string, Refusal>>;
  readonly routes: readonly Route[];
  readonly profiles: Readonly<Record<string, Profile>>;
  readonly switches: Readonly<Record<string, Switch>>;
  /** What a client that nobody here wrote did on the local Fly. */
  readonly transcript: string | undefined;
}

/** What nobody should expect of the local Fly, or that it does and Fly does not. */
const differences: readonly [topic: string, text: string][] = [
  ["processes", "No image is pulled and nothing runs. exec, ps, memory and queries are 501."],
  [
    "ends",
    "A process runs until its machine is stopped, unless an event says how it ends. A release command as flyctl makes it ends well after a second.",
  ],
  ["logs", "A machine's last 1,000 lines: those that events print, and one when a process ends by itself."],
  ["network", "No host name resolves, no address answers, no request reaches a machine. DNS and traffic are scripted."],
  ["checks", "A check passes after its grace time, unless an event says otherwise."],
  [
    "time",
    "In profile `instant` it is virtual: a wait or a look at what is in motion moves it. `date` has the time at Fly.",
  ],
  ["organisations", "There is one, `local`, and its token. Tokens of others and their apps are made by events."],
  [
    "tokens",
    "They decode as Fly's macaroons do, without caveats, and are kept as digests: a client cannot narrow one down by itself. Only `deploy` and `deploy_organization` are made.",
  ],
  [
    "secrets",
    "Values are never kept, so none can be shown. A digest is keyed with the instance and compares with no other.",
  ],
  [
    "metrics",
    "No queries are answered: a Prometheus of yours scrapes `/_local/metrics`. Machines use a tenth of their CPUs and two fifths of their memory, unless an event says otherwise.",
  ],
  ["images", "Any image exists, with a digest made of its name, unless an event says that it cannot be pulled."],
  ["capacity", "There is room for everything everywhere, unless an event says otherwise."],
  ["rate limits", "Only in profiles `fly` and `fly/10`."],
  [
    "GraphQL",
    "The schema has what the operations named here need. A document that passes here passes at Fly, not the reverse.",
  ],
  ["transport", "HTTP on 127.0.0.1 only; a foreign `Host` and any `Origin` are 403. A body above 1 MiB is 413."],
  ["ids", "They look like Fly's and mean nothing there."],
];

/** How many cases there are of each kind, in a line. */
export function counts(behaviours: readonly Behaviour[]): string {
  const shown = behaviours.filter(({ lacks }) => lacks === undefined);
  const of = (grade: Behaviour["grade"]) => shown.filter((one) => one.grade === grade).length;
  return `observed ${of("observed")}, assumed ${of("assumed")}, not emulated ${behaviours.length - shown.length}`;
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(" | ")} |\n`;
  return line(head) + line(head.map(() => "---")) + rows.map(line).join("");
}

const introduction = `# The local Fly

Made from the tables in \`emulator/\`; after a change of one \`npm test -- test/docs -u\` writes this page anew.

The local Fly is a server that answers as Fly's Machines API, its Managed Postgres API and a part of its GraphQL do. It keeps
apps, machines, volumes and the rest in a file, moves them through the states they have at Fly, and refuses what Fly refuses,
with Fly's status and words where they are known. Nothing is deployed anywhere.

## Start it

\`pulumi up\` in a stack with \`airworthy:local: true\` starts it. For any other client of Fly:

\`\`\`
airworthy local > fly.env &
set -a; . ./fly.env
\`\`\`

It prints the settings a client needs, one \`NAME=value\` a line, and serves until it is stopped. \`airworthy local --help\` has the
port, the folder of its state, the profile, the journal and faults. Everything can also be asked of it over HTTP:
[architecture.md](architecture.md#the-local-fly-on-disk-and-on-the-wire) has the control calls. [flyctl.md](flyctl.md) says what
may be typed with flyctl beside a stack.

## Look at it

Open the address it serves, that of \`FLY_FLAPS_BASE_URL\`, in a browser. The page shows the apps with their machines, where these
are and in which state, the volumes with their hosts, the checks, the faults that are armed, the last calls and the clock, and
follows what changes.

![Two apps in six regions: a map, the armed faults, the journal](images/local-fly.png)

Looking is no call: it moves no clock, is in no journal, and a local Fly that nobody calls leaves although somebody looks. The page
needs no token, so whoever can reach 127.0.0.1 on this machine can read it. It has no token, secret, environment, command or file
on it, nor what a check printed. With many machines it shows sums, and the machines of an app when you unfold it.

![500 machines in 18 regions, with a dark background](images/local-fly-500-machines.png)
`;

function profileTable(profiles: Source["profiles"]): string {
  const yes = (value: boolean) => (value ? "yes" : "no");
  return table(
    ["profile", "time", "image pull and boot", "rate limits", "windows", "autostop", "odd spelling"],
    Object.values(profiles).map(({ name, virtualTime, durations, rateLimits, windows, autostop, strange }) => [
      `\`${name}\``,
      virtualTime ? "virtual" : "real",
      virtualTime ? "at once" : `${(durations.pull + durations.boot) / 1000} s`,
      yes(rateLimits !== undefined),
      yes(windows),
      yes(autostop),
      yes(strange),
    ]),
  );
}

const switchTable = (switches: Source["switches"]) =>
  table(
    ["switch", "case", "what it decides", "positions, the first by default", "who says which"],
    Object.entries(switches).map(([name, { number, question, positions, sources }]) => [
      `\`${name}\``,
      String(number),
      question,
      positions.map((position) => `\`${position}\``).join(", "),
      sources,
    ]),
  );

const sure: Record<Refusal["evidence"], string> = {
  observed: "status and text seen",
  "text assumed": "status seen",
  "status assumed": "text seen",
  assumed: "our guess",
};

const refusalTable = (refusals: Source["refusals"]) =>
  table(
    ["status", "text", "how sure"],
    Object.values(refusals)
      .map(({ status, text, code, evidence }) => ({ status, text: code ? `${text} (${code})` : text, evidence }))
      .sort((a, b) => a.status - b.status)
      .map(({ status, text, evidence }) => [String(status), `\`${text}\``, sure[evidence]]),
  );

const caseTable = (behaviours: readonly Behaviour[], why: boolean) =>
  table(
    why ? ["case", "at Fly", "why not here"] : ["case", "what the local Fly does"],
    behaviours
      .toSorted((a, b) => a.number - b.number)
      .map(({ number, claim, lacks }) => [String(number), claim, ...(why ? [lacks ?? ""] : [])]),
  );

const operationTable = (routes: readonly Route[]) =>
  table(
    ["operation", "call", "why"],
    routes
      .filter(({ handler }) => handler === "not-emulated")
      .map(({ operation, method, path }) => [
        operation,
        `\`${method} /${path.join("/")}\``,
        notEmulated[operation] ?? "",
      ]),
  );

/** docs/local-fly.md as it has to be. */
export function localFlyPage({ behaviours, refusals, routes, profiles, switches, transcript }: Source): string {
  const lacking = behaviours.filter(({ lacks }) => lacks !== undefined);
  const assumed = behaviours.filter(({ lacks, grade }) => lacks === undefined && grade === "assumed");
  const open = routes.filter(({ handler }) => handler === "not-emulated").length;
  return [
    introduction,
    "## Profiles\n",
    profileTable(profiles),
    "## What is different from Fly\n",
    table(["what", "here"], differences),
    "## How sure it is\n",
    `Of ${behaviours.length} cases of what is known of Fly: ${counts(behaviours)}. *Observed* is what somebody saw, or what Fly's own\n` +
      "documents and clients rest on; *assumed* is our guess. `test/emulator/behaviour/` proves each case by its number, over HTTP.\n",
    "## Switches\n",
    "Where two sources contradict each other, `POST /_local/switches` with `{ name: position }` takes the other; `GET` tells how they\nstand. `airworthy local switch` does both. Reset puts all back.\n",
    switchTable(switches),
    "## What is assumed\n",
    caseTable(assumed, false),
    "## What is not emulated\n",
    `${routes.length - open} of ${routes.length} routes are answered. The others are 501 with the operation's name:\n`,
    operationTable(routes),
    "Cases of Fly's behaviour that the local Fly does not show:\n",
    caseTable(lacking, true),
    "## Refusals\n",
    "`{…}` is filled in. A text in brackets is the answer's `status`, or GraphQL's code.\n",
    refusalTable(refusals),
    ...(transcript === undefined ? [] : ["## A public client\n", transcript]),
  ].join("\n");
}
