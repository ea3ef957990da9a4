import { z } from "zod";
import { appFind } from "../../fly/app.ts";
import type { FlyClient } from "../../fly/client.ts";
import { endpointProblem } from "../../fly/endpoint.ts";
import { authorization } from "../../fly/token.ts";
import { missing } from "./app.ts";
import type { Subject } from "./check.ts";

/** One series of an answer. */
export interface Sample {
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** What selects an app's series: Fly labels each with the app's name (Fly docs, monitoring/metrics). */
export const seriesOf = (app: string) => `app=${JSON.stringify(app)}`;

const Answer = z.looseObject({
  status: z.literal("success"),
  data: z.looseObject({
    result: z.array(
      z.looseObject({ metric: z.record(z.string(), z.string()), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

/**
 * Asks a question of the app's organisation's Prometheus; a text says why there is none to ask. Throws where it should
 * have answered and did not.
 */
export async function metric(
  subject: Subject,
  fly: FlyClient,
  app: string,
  query: string,
  signal: AbortSignal,
): Promise<Sample[] | string> {
  const { metricsUrl, token, local } = subject;
  if (metricsUrl === undefined)
    return "no measurements are kept here; AIRWORTHY_METRICS_URL names a Prometheus that has them";
  const problem = endpointProblem(metricsUrl);
  if (problem !== undefined) throw new Error(`nothing was sent: ${problem} (AIRWORTHY_METRICS_URL)`);
  const found = await appFind(fly, app);
  if (found === undefined) throw missing(app);
  const org = found.organization?.slug ?? subject.org;
  if (org === undefined) throw new Error(`Fly does not say whose app ${app} is. Name the organisation with --org`);
  const url = new URL(`${metricsUrl.replace(/\/+$/, "")}/prometheus/${encodeURIComponent(org)}/api/v1/query`);
  url.searchParams.set("query", query);
  // Whoever has the local Fly's Prometheus has no use for its token.
  const headers = token === undefined || local ? {} : { authorization: authorization(token.value) };
  const answer = await asked(url, headers, signal);
  if (answer.status === 401 || answer.status === 403) {
    return `this token may not read the metrics of organisation ${org}: \`fly tokens create readonly ${org}\` makes one that may`;
  }
  const parsed = Answer.safeParse(answer.body);
  if (!parsed.success) throw new Error(`${url.origin}${url.pathname} answered ${answer.status}, and no series`);
  return parsed.data.data.result.map(({ metric: labels, value: [, value] }) => ({ labels, value: Number(value) }));
}

/** Fetches JSON; an error says whom it did not reach. The query is left out: it is long, and says nothing to people. */
export async function asked(
  url: URL,
  headers: Record<string, string>,
  signal: AbortSignal,
  body?: unknown,
): Promise<{ status: number; body: unknown }> {
  const bare = new URL(url);
  [bare.username, bare.password] = ["", ""];
  try {
    const answer = await fetch(bare, {
      signal,
      headers: {
        ...basic(url),
        ...headers,
        "user-agent": "airworthy",
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { method: "POST", body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: jsonOf(await answer.text()) };
  } catch (error) {
    if (signal.aborted) throw error;
    const { cause, message } = error as { cause?: { code?: string }; message: string };
    throw new Error(`${url.origin}${url.pathname} cannot be reached (${cause?.code ?? message})`, { cause: error });
  }
}

/** Who is named in an address is who asks; fetch refuses such an address, and would print it. */
const basic = ({ username, password }: URL): Record<string, string> => {
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return username === "" ? {} : { authorization: `Basic ${Buffer.from(pair).toString("base64")}` };
};

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Shares at which something is worth a look, and at which it is too much. */
const [high, full] = [0.8, 0.95];

/** How full something is. */
export interface Fill {
  name: string;
  /** 0 to 1. */
  share: number;
}

/** What to say of how full things are: the fullest ones by name. */
export function fillVerdict(fills: readonly Fill[]) {
  const sorted = [...fills].sort((one, other) => other.share - one.share);
  const spelt = (list: readonly Fill[]) => list.map(({ name, share }) => `${name} ${percent(share)}`).join(", ");
  const over = sorted.filter(({ share }) => share > full);
  if (over.length > 0) return { status: "FAIL" as const, detail: spelt(over) };
  const near = sorted.filter(({ share }) => share > high);
  if (near.length > 0) return { status: "WARN" as const, detail: spelt(near) };
  return { status: "PASS" as const, detail: `at most ${spelt(sorted.slice(0, 1))}` };
}

const percent = (share: number) => `${Math.round(share * 100)} %`;
