import { Trouble } from "../trouble.ts";
import { control, servedFrom } from "./control.ts";
import { lengthOf, whole } from "./option.ts";

export interface FaultOptions {
  status?: string;
  refuse?: boolean;
  loseResponse?: boolean;
  delay?: string;
  times?: string;
  skip?: string;
  list?: boolean;
  clear?: boolean;
}

interface Armed {
  operation: string;
  kind: string;
  status?: number;
  ms?: number;
  times?: number;
  skip?: number;
}

/** Arms, lists or clears faults, as the options say. */
export async function fault(dir: string, operation: string | undefined, options: FaultOptions): Promise<void> {
  const wish = wishOf(operation, options);
  const fly = await servedFrom(dir);
  if (wish === "clear") {
    await control(fly, "clear the faults", "DELETE", "faults");
    console.log("no fault is armed");
  } else if (wish === "list") {
    const { faults } = await control(fly, "list the faults", "GET", "faults");
    for (const armed of faults as Armed[]) console.log(words(armed));
    if ((faults as Armed[]).length === 0) console.log("no fault is armed");
  } else {
    await control(fly, `arm a fault of ${wish.operation}`, "POST", "faults", wish);
    console.log(`armed: ${words(wish)}`);
  }
}

function wishOf(operation: string | undefined, options: FaultOptions): Armed | "list" | "clear" {
  const asked = [options.list && "list", options.clear && "clear"].filter(Boolean);
  if (asked.length > 0 && operation === undefined) return asked[0] as "list" | "clear";
  const kinds = (["status", "refuse", "loseResponse", "delay"] as const).filter((kind) => options[kind] !== undefined);
  const [kind] = kinds;
  if (operation === undefined || kind === undefined || kinds.length > 1 || asked.length > 0)
    throw new Trouble(
      "arm a fault: name one operation and one of --status, --refuse, --lose-response, --delay; or use --list or --clear alone",
    );
  const armed = { operation, kind: kind === "loseResponse" ? "lose-response" : kind };
  return {
    ...armed,
    ...(kind === "status" && { status: whole("--status", options.status, 100, 599) }),
    ...(kind === "delay" && { ms: lengthOf("--delay", options.delay) }),
    ...(options.times !== undefined && { times: whole("--times", options.times, 1) }),
    ...(options.skip !== undefined && { skip: whole("--skip", options.skip, 0) }),
  };
}

function words({ operation, kind, status, ms, times = 1, skip = 0 }: Armed): string {
  const does = kind === "status" ? `status ${status ?? 503}` : kind === "delay" ? `delay of ${ms} ms` : kind;
  return `${operation}: ${does}, ${times} time${times === 1 ? "" : "s"}${skip > 0 ? `, after ${skip} more` : ""}`;
}
