import { constants } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { lengthOf, whole } from "../local/option.ts";
import { Trouble } from "../trouble.ts";
import { startContainer } from "./container.ts";
import { findEngine } from "./container-engine.ts";
import { type Finding, type Session, seconds } from "./drill.ts";
import { ask, type Held, hold, isTaken, type Knocks, knock, type Target } from "./held-requests.ts";
import { type End, type Subject, startCommand } from "./subprocess.ts";

export interface SigtermOptions {
  app?: string;
  port?: string;
  path: string;
  signal: string;
  within: string;
  requests: string;
  startWithin: string;
  image?: string;
  log?: string;
}

/** The same, read and found to be possible. */
interface Plan {
  port: number;
  path: string;
  signal: string;
  withinMs: number;
  requests: number;
  startMs: number;
}

function planOf(options: SigtermOptions, command: readonly string[]): Plan {
  if (command.length === 0 && options.image === undefined) {
    throw new Trouble("name what to start: a command after --, as in `-- node server.js`, or an image with --image");
  }
  const requests = whole("--requests", options.requests, 0, 1000);
  if (options.port === undefined && requests > 0) {
    throw new Trouble("say with --port where it serves; for what serves nothing, a worker, --requests 0");
  }
  if (!(options.signal in constants.signals)) throw new Trouble(`--signal: there is no signal ${options.signal}`);
  if (!options.path.startsWith("/")) throw new Trouble(`--path must begin with /, not ${JSON.stringify(options.path)}`);
  return {
    port: options.port === undefined ? 0 : whole("--port", options.port, 1, 65_535),
    path: options.path,
    signal: options.signal,
    withinMs: lengthOf("--within", options.within),
    requests,
    startMs: lengthOf("--start-within", options.startWithin),
  };
}

/**
 * Starts what the user runs, opens requests, sends the signal to its main process alone, as Fly does, and measures when
 * it ends and which requests get no answer. What its end leaves running is killed at once: so does a machine that stops.
 */
export async function sigterm(session: Session, options: SigtermOptions, command: string[]): Promise<Finding> {
  const plan = planOf(options, command);
  const subject = await start(session, options, command, plan);
  const forget = session.undo("the process that was started", async () => subject.clear());
  const target = { port: subject.port, path: plan.path };
  const usual = await untilReady(session, subject, target, plan);
  const held = hold(target, plan.requests, usual, session.signal);
  if (plan.requests > 0) await settled(held, subject, plan, session.signal);
  const open = held.mark();
  session.say(`sending ${plan.signal} with ${open} ${open === 1 ? "request" : "requests"} open`);
  const stopped = await stop(subject, target, plan, session.signal);
  forget();
  const lost = await held.lost();
  const { durationMs, end, knocks } = stopped;
  const passed = end !== undefined && lost === 0;
  return {
    app: options.app ?? "*",
    result: passed ? "passed" : "failed",
    ...(options.image !== undefined && { release: options.image }),
    durationMs,
    detail: [
      end === undefined
        ? `had not ended ${seconds(plan.withinMs)} after ${plan.signal}, and was killed`
        : `ended ${seconds(durationMs)} after ${plan.signal} (${endText(end)})`,
      ...(plan.requests > 0 ? [`${lost} of ${open} open requests lost`] : ["no requests were tried"]),
      ...(plan.requests > 0 ? [knocksText(knocks)] : []),
    ].join(", "),
  };
}

async function start(session: Session, { image, log }: SigtermOptions, command: string[], { port }: Plan) {
  if (image === undefined) {
    if (port !== 0 && (await isTaken(port)))
      throw new Trouble(`something else serves port ${port} already: stop it first`);
    return startCommand(command, port, log);
  }
  const engine = await findEngine(session.signal);
  if (engine === undefined) throw new Trouble("--image needs docker or podman, and none answers here");
  return startContainer(session, engine, image, command, port);
}

/** Waits until it answers, and gives the status; without a port, until it has run for a while. */
async function untilReady({ signal, say }: Session, subject: Subject, target: Target, plan: Plan): Promise<number> {
  const died = subject.ended.then((end) => {
    throw new Trouble(
      `it ended before it was ready (${endText(end)}). Run it by itself to see why, or add --log <file>`,
    );
  });
  // Whoever waits for it hears of it; nobody does once it is ready.
  died.catch(() => {});
  if (target.port === 0) {
    await Promise.race([died, sleep(workerMs, undefined, { signal })]);
    return 200;
  }
  say(`waiting until port ${target.port} answers`);
  const until = performance.now() + plan.startMs;
  while (performance.now() < until) {
    const status = await Promise.race([died, ask(target, signal)]);
    if (status !== undefined) return status;
    await Promise.race([died, sleep(100, undefined, { signal })]);
  }
  throw new Trouble(
    `nothing answered on port ${target.port} within ${seconds(plan.startMs)}; see --start-within and --log`,
  );
}

/** How long a process that serves nothing runs before it is told to stop. */
const workerMs = 2_000;

/** How long requests are given to arrive: what a process has not accepted yet when the signal comes is not its own. */
const arrivalMs = 300;

async function settled(held: Held, subject: Subject, { path }: Plan, signal: AbortSignal): Promise<void> {
  const isOver = await Promise.race([subject.ended.then(() => true), sleep(arrivalMs, false, { signal })]);
  if (isOver) throw new Trouble("it ended by itself before it was told to");
  if (held.open() > 0) return;
  throw new Trouble(
    `${path} answers within ${arrivalMs} ms, so no request would be open when the signal comes: name a path that takes a second or more with --path, or try the end alone with --requests 0`,
  );
}

interface Stopped {
  durationMs: number;
  /** `undefined` where it had to be killed. */
  end: End | undefined;
  knocks: Knocks;
}

async function stop(subject: Subject, target: Target, plan: Plan, signal: AbortSignal): Promise<Stopped> {
  const over = new AbortController();
  const start = performance.now();
  await subject.signal(plan.signal);
  const knocking = knock(target, AbortSignal.any([over.signal, signal]));
  const end = await Promise.race([subject.ended, sleep(plan.withinMs, undefined, { signal })]);
  const durationMs = performance.now() - start;
  // What a shell or a supervisor has left running serves nobody on Fly: the machine is off.
  await subject.clear();
  over.abort();
  return { durationMs, end, knocks: await knocking };
}

const knocksText = ({ answered, refused }: Knocks) =>
  `of new connections after it ${answered} answered and ${refused} not`;

const endText = ({ code, signal }: End) =>
  code !== null
    ? `code ${code}`
    : signal !== null
      ? `killed by ${signal}, which it does not handle`
      : "nobody knows how";
