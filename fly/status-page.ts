import { z } from "zod";

/** Where Fly's status is read. */
export interface StatusAddresses {
  /** Base of a page that may serve Statuspage's `/api/v2/status.json`. */
  pageUrl: string;
  /** List of open incidents. */
  incidentsUrl: string;
}

/** An incident that Fly has not called over. */
export interface Incident {
  name: string;
  /** `investigating`, `identified`, `monitoring` or what Fly adds. */
  status: string | undefined;
  /** Names of the parts of the platform it is about. */
  components: string[];
}

/** How Fly says it is. */
export interface PlatformStatus {
  /**
   * Statuspage's blended state: `none`, `minor`, `major`, `critical`, or a word it adds. Where only the incidents could
   * be read, which carry no rating: `none` where there are none, otherwise `unrated`.
   */
  indicator: string;
  /** What the page says beside its indicator, for people. */
  description: string | undefined;
  /** Open incidents; `undefined` where only the indicator could be read. */
  incidents: Incident[] | undefined;
}

const incidentsPath = "/v1/incidents";
const noSlash = (url: string) => url.replace(/\/+$/, "");

/**
 * Where to read: a given base serves both; otherwise `FLY_STATUS_BASE_URL` (ours, in the manner of Fly's
 * `FLY_FLAPS_BASE_URL`) and `FLY_STATUSPAGE_UNRESOLVED_INCIDENTS_URL`, which flyctl reads too, and then Fly's own two
 * addresses. flyctl asks only the incidents endpoint (superfly/flyctl, internal/incidents); the page's `status.json`
 * is what monitors of Fly read, but Fly does not promise it, hence both.
 */
export function statusAddresses(environment: Record<string, string | undefined>, base?: string): StatusAddresses {
  if (base !== undefined) return { pageUrl: noSlash(base), incidentsUrl: noSlash(base) + incidentsPath };
  const page = environment["FLY_STATUS_BASE_URL"] || undefined;
  const incidents = environment["FLY_STATUSPAGE_UNRESOLVED_INCIDENTS_URL"] || undefined;
  return {
    pageUrl: noSlash(page ?? "https://status.flyio.net"),
    incidentsUrl: incidents ?? noSlash(page ?? "https://incidents.flyio.net") + incidentsPath,
  };
}

/** Reads Fly's status, without a token, in three seconds at most; throws where neither address can tell. */
export async function platformStatus(
  { pageUrl, incidentsUrl }: StatusAddresses,
  signal?: AbortSignal,
): Promise<PlatformStatus> {
  const [page, list] = await Promise.allSettled([
    read(`${pageUrl}/api/v2/status.json`, Page, signal),
    read(incidentsUrl, IncidentList, signal),
  ]);
  const incidents = list.status === "fulfilled" ? openIncidents(list.value) : undefined;
  if (page.status === "fulfilled") {
    const { indicator, description } = page.value.status;
    return { indicator, description: description ?? undefined, incidents };
  }
  if (incidents === undefined) throw new Error(`${reason(page)}; ${reason(list)}`);
  return { indicator: incidents.length === 0 ? "none" : "unrated", description: undefined, incidents };
}

const Page = z.looseObject({ status: z.looseObject({ indicator: z.string(), description: z.string().nullish() }) });

const IncidentList = z.looseObject({
  incidents: z
    .array(
      z.looseObject({
        name: z.string(),
        status: z.string().nullish(),
        resolved_at: z.string().nullish(),
        components: z.array(z.looseObject({ name: z.string().nullish() })).nullish(),
      }),
    )
    .nullable(),
});

function openIncidents({ incidents }: z.infer<typeof IncidentList>): Incident[] {
  return (incidents ?? [])
    .filter(({ status, resolved_at }) => !resolved_at && status !== "resolved" && status !== "postmortem")
    .map(({ name, status, components }) => ({
      name,
      status: status ?? undefined,
      components: (components ?? []).flatMap(({ name }) => name ?? []),
    }));
}

const limitMs = 3_000;

async function read<T>(url: string, shape: z.ZodType<T>, signal: AbortSignal | undefined): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  let answer: Response;
  let text: string;
  try {
    answer = await fetch(url, {
      headers: { accept: "application/json", "user-agent": "airworthy" },
      signal: signal === undefined ? limit : AbortSignal.any([signal, limit]),
    });
    text = await answer.text();
  } catch (error) {
    if (limit.aborted) throw new Error(`${url} did not answer within ${limitMs / 1000} s`, { cause: error });
    throw new Error(`${url} cannot be reached (${codeOf(error)})`, { cause: error });
  }
  if (answer.status !== 200) throw new Error(`${url} answered ${answer.status}`);
  const parsed = shape.safeParse(parsedJson(text));
  if (!parsed.success) throw new Error(`${url} answered something else than a status`);
  return parsed.data;
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** fetch hides what happened in its error's cause. */
function codeOf(error: unknown): string {
  const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
  return cause?.code ?? cause?.message ?? message;
}

const reason = (result: PromiseSettledResult<unknown>) =>
  result.status === "rejected" ? (result.reason as Error).message : "";
