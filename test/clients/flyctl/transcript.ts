import type { Binary } from "./binary.ts";
import type { Redaction } from "./redaction.ts";
import { type Claim, endsWell, type Group, type Step } from "./tour.ts";

/** What the page is made of. */
interface Run {
  readonly binary: Binary;
  readonly date: string;
  readonly seconds: number;
  readonly groups: readonly Group[];
  /** Calls that the local Fly has no answer to, by operation. */
  readonly unanswered: ReadonlyMap<string, number>;
}

/** Why flyctl asks for what has no answer, and what becomes of it. */
const reasons: Readonly<Record<string, string>> = {
  Machines_list_processes:
    "flyctl looks on which addresses a new machine's processes listen, to warn of a wrong one. No process runs here, and it goes on without a word.",
};

/** What is known not to work, or to be otherwise than at Fly, and why. */
const lacks: readonly string[] = [
  "The first `deploy` of an app with services gives it no addresses: flyctl names the organisation with a public address, and the local " +
    "Fly refuses that as Fly was seen to. The deploy goes on, `ips allocate-v6` works, and with switch `public-address-org` at `ignored` " +
    "it gives them.",
  "After a deploy that gave it addresses flyctl asks a public name server for the app's name, which leads nowhere or to somebody else's app " +
    "of that name. `--dns-checks=false` keeps it from that.",
  "`Image size: 0 B`: no image is fetched, so nobody knows its size.",
  "flyctl shows no time for a shared address (`Jan 1 0001`): it fills in the address and its kind only.",
  "In profile `instant` Fly's time runs ahead of the machine's, and flyctl says `25 seconds from now`.",
  "After a reset flyctl still names the secrets' version of the world before, and `deploy` is refused (above).",
  "Other commands ask GraphQL for fields and mutations that are not there.",
];

const stepsOf = (groups: readonly Group[]) => groups.flatMap(({ steps }) => steps);

export const claimsOf = (groups: readonly Group[]): Claim[] => stepsOf(groups).flatMap(({ claims }) => claims);

/** The page, with nothing on it that is of this machine or secret. */
export function transcript(made: Run, redaction: Redaction): string {
  const page = [head(made), ...made.groups.map(section), foot(made)].join("\n");
  return `${redaction
    .clean(page)
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trimEnd()}\n`;
}

const head = ({ binary, date, seconds, groups }: Run) => `# flyctl on the local Fly

Written by \`npm run flyctl -- --write\`, never by hand. It ran an unmodified flyctl against a local Fly of its own, with the
settings that \`airworthy local\` prints and with \`FLY_NO_UPDATE_CHECK=1\`. Each command is here with all that it
printed, without colours, and ended with status 0 unless it says another. What is listed after it was found to be so by asking the local
Fly over raw HTTP.

| flyctl | commit | run on | profile | commands | claims | took |
|---|---|---|---|---|---|---|
| ${/-dev\./.test(binary.version) ? "built from source" : binary.version} | \`${binary.commit}\` | ${date} | \`instant\` | ${stepsOf(groups).length} | ${claimsOf(groups).length} | ${seconds} s |
`;

const section = ({ title, words, steps }: Group) => `### ${title}\n\n${words}\n\n${steps.map(step).join("\n")}`;

function step({ command, ran, lines, claims }: Step): string {
  const printed = ran.text.replace(/^\n+/, "").trimEnd().split("\n");
  const text = lines === undefined || printed.length <= lines ? printed : [...printed.slice(0, lines), "…"];
  const ending = ran.code === 0 ? [] : [`[status ${ran.code}]`];
  // The words above the page say it once for all.
  const told = claims.filter(({ text: claim, holds }) => !holds || claim !== endsWell);
  const block = [`$ ${command}`, ...text.filter((line, index) => line !== "" || index > 0), ...ending];
  return `\`\`\`\n${block.join("\n")}\n\`\`\`\n\n${told.map(bullet).join("\n")}\n`;
}

const bullet = ({ text, holds }: Claim) => `- ${text}${holds ? "" : " **(it was not)**"}`;

function foot({ groups, unanswered }: Run): string {
  const claims = claimsOf(groups);
  const failed = stepsOf(groups).flatMap(({ command, claims }) =>
    claims.filter(({ holds }) => !holds).map(({ text }) => `- \`${command}\`: not so that: ${text}`),
  );
  const open = [...unanswered].map(
    ([operation, times]) =>
      `- \`${operation}\`, asked for ${times} times, is answered 501. ${reasons[operation] ?? ""}`,
  );
  return [
    "### What came of it\n",
    `${stepsOf(groups).length} commands ran. ${claims.filter(({ holds }) => holds).length} of ${claims.length} claims held.\n`,
    "What does not work, or is otherwise than at Fly:\n",
    ...failed,
    ...open,
    ...lacks.map((lack) => `- ${lack}`),
  ].join("\n");
}

/** Why a page may not be kept: something of this machine is still on it. */
export function unfit(page: string, names: Readonly<Record<string, string>>): string | undefined {
  const found = Object.entries(names).find(([, value]) => value.length > 4 && page.includes(value));
  if (found !== undefined) return found[0];
  if (/fm[12]\w?_[\w+/]{8,}/.test(page)) return "a token";
  return /(?:^|[\s"'(=])\/(?:tmp|home|root|work|var)\//m.test(page) ? "a path" : undefined;
}
