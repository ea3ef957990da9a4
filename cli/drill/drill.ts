import { hostname, userInfo } from "node:os";
import { withoutSecrets } from "../../fly/redaction.ts";
import type { DrillName } from "../../policies/rule.ts";
import { Trouble } from "../trouble.ts";
import type { Evidence } from "./evidence.ts";
import { evidencePath, recordEvidence } from "./evidence-file.ts";

/** What a drill found, when it could be carried out to its end. */
export interface Finding {
  result: Evidence["result"];
  /** App it was about; `*` for all of the project. */
  app: string;
  /** Release or image digest it was about. */
  release?: string | undefined;
  /** What took how long is the drill's to say: the way back, the restore. */
  durationMs: number;
  /** One line, composed by us. */
  detail: string;
}

/** What a drill may use while it runs. */
export interface Session {
  /** Fires when somebody wants it to end. */
  readonly signal: AbortSignal;
  /**
   * Says what has to be undone, whatever becomes of the drill: the last first, when the drill is over or interrupted. `what`
   * is for people, should that fail: `volume vol_1 of app "shop"`. Answers with a function that forgets it again.
   */
  undo(what: string, how: () => Promise<unknown>): () => void;
  /** Tells people how far it is. */
  say(line: string): void;
  /** Keeps a value out of all that is printed and recorded. */
  conceal(secret: string): void;
}

/** Exit codes of `airworthy drill`. */
const exits = { passed: 0, failed: 1, notCarriedOut: 2, interrupted: 130 } as const;

/** Carries a drill out, undoes what it made, prints and records what it found. Answers with an exit code. */
export async function carryOut(
  drill: DrillName,
  evidence: string | undefined,
  run: (session: Session) => Promise<Finding>,
): Promise<number> {
  const secrets: string[] = [];
  const safe = (text: string) => oneLine(withoutSecrets(text, secrets));
  const stop = new AbortController();
  const undoing: { what: string; how: () => Promise<unknown> }[] = [];
  const session: Session = {
    signal: stop.signal,
    undo: (what, how) => {
      const entry = { what, how };
      undoing.push(entry);
      return () => void undoing.splice(undoing.indexOf(entry), 1);
    },
    say: (line) => console.error(`drill ${drill}: ${safe(line)}`),
    conceal: (secret) => void secrets.push(secret),
  };
  const unwatch = watch(session, stop);
  // Also what nobody foresaw is said in one line, since a stack may quote what it was about.
  let outcome: Finding | Error;
  try {
    outcome = await run(session);
  } catch (error) {
    outcome = error as Error;
  }
  const left = await undone(undoing, session);
  unwatch();
  if (stop.signal.aborted) return ended(`interrupted${leftText(left)}; nothing was recorded`, exits.interrupted);
  if (outcome instanceof Error) {
    return ended(`not carried out: ${outcome.message}${leftText(left)}`, exits.notCarriedOut);
  }
  return concluded(outcome);

  function ended(text: string, code: number): number {
    console.error(`airworthy: drill ${drill}: ${safe(text)}`);
    return code;
  }

  function concluded({ app, release, durationMs, ...found }: Finding): number {
    const result = left.length === 0 ? found.result : "failed";
    const detail = safe(`${found.detail}${leftText(left)}`);
    console.log(`[${result === "passed" ? "PASS" : "FAIL"}] ${drill}: ${detail}`);
    const path = evidencePath(process.env, process.cwd(), evidence);
    const [at, by] = [new Date().toISOString(), `${userInfo().username}@${hostname()}`];
    const about = { drill, app: safe(app), at, result, ...(release !== undefined && { release: safe(release) }) };
    try {
      recordEvidence(path, { ...about, durationMs: Math.round(durationMs), detail, by });
    } catch (error) {
      return ended((error as Error).message, exits.notCarriedOut);
    }
    console.error(`drill ${drill}: recorded in ${path}: commit it`);
    return exits[result];
  }
}

/** Makes signals end the drill and not the process, so that there is somebody to clean up. */
function watch({ say }: Session, stop: AbortController): () => void {
  const onSignal = () => {
    say(stop.signal.aborted ? "still cleaning up" : "interrupted: cleaning up");
    stop.abort(new Trouble("interrupted"));
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, onSignal);
  return () => {
    for (const name of names) process.off(name, onSignal);
  };
}

/** Undoes all, the last first, and answers with what could not be. */
async function undone(
  undoing: readonly { what: string; how: () => Promise<unknown> }[],
  { say }: Session,
): Promise<string[]> {
  const left: string[] = [];
  for (const { what, how } of [...undoing].reverse()) {
    try {
      await how();
    } catch (error) {
      left.push(what);
      say(`${what} could not be cleared away: ${(error as Error).message}`);
    }
  }
  return left;
}

const leftText = (left: readonly string[]) => (left.length === 0 ? "" : `; left behind: ${left.join(", ")}`);

/** No line breaks and no control sequences: it goes to terminals and into a file of lines. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
const oneLine = (text: string) => text.replace(/[\u0000-\u0020\u007f-\u009f]+/g, " ").trim();

/** Time since a moment of `performance.now()`, as people say it: `1.2 s`. */
export const since = (start: number) => seconds(performance.now() - start);

export const seconds = (ms: number) => `${(ms / 1000).toFixed(ms < 9_950 ? 1 : 0)} s`;
