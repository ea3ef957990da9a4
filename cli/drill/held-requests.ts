import { get } from "node:http";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** Where the process that is tried serves. */
export interface Target {
  port: number;
  path: string;
}

/** Waits at most so long for one request, in milliseconds. */
const patienceMs = 60_000;

/** A request on a connection of its own: the status, or `undefined` where no whole answer came. */
export function ask({ port, path }: Target, signal: AbortSignal): Promise<number | undefined> {
  return new Promise((resolve) => {
    const nothing = () => resolve(undefined);
    const request = get({ host: "127.0.0.1", port, path, agent: false, timeout: patienceMs, signal }, (reply) => {
      reply.on("error", nothing);
      reply.on("close", () => resolve(reply.complete ? reply.statusCode : undefined));
      reply.resume();
    });
    request.on("timeout", () => request.destroy());
    request.on("error", nothing);
  });
}

/** Whether anything takes connections there. */
export function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, timeout: 2_000 });
    const done = (taken: boolean) => {
      socket.destroy();
      resolve(taken);
    };
    socket.on("connect", () => done(true));
    socket.on("timeout", () => done(true));
    socket.on("error", () => done(false));
  });
}

/** Requests that were sent together. */
export interface Held {
  /** How many have no answer yet. */
  open(): number;
  /** When all have ended: how many of those that were open at the moment of {@link Held.mark} got no answer. */
  lost(): Promise<number>;
  /** From now on counts what is lost. Answers with how many are open. */
  mark(): number;
}

/** An error page of a server that goes down is no answer, unless that is what the path answers anyway. */
const isAnswer = (status: number | undefined, usual: number) =>
  status !== undefined && (status < 500 || status === usual);

/** Sends so many requests at once and lets them be open. */
export function hold(target: Target, count: number, usual: number, signal: AbortSignal): Held {
  let marked = false;
  const requests = Array.from({ length: count }, () => {
    const request = { open: true, wasOpen: false, status: undefined as number | undefined, ended: Promise.resolve() };
    request.ended = ask(target, signal).then((status) => {
      request.open = false;
      request.wasOpen = marked;
      request.status = status;
    });
    return request;
  });
  const open = () => requests.filter((request) => request.open).length;
  return {
    open,
    mark: () => {
      marked = true;
      return open();
    },
    lost: async () => {
      await Promise.all(requests.map(({ ended }) => ended));
      return requests.filter(({ wasOpen, status }) => wasOpen && !isAnswer(status, usual)).length;
    },
  };
}

/** New connections that were tried, one after another. */
export interface Knocks {
  answered: number;
  refused: number;
}

/** Asks again and again until it is told to stop. */
export async function knock(target: Target, stop: AbortSignal): Promise<Knocks> {
  const knocks = { answered: 0, refused: 0 };
  if (target.port === 0) return knocks;
  // At once and not one after another: what is taken in and never answered must not hide what comes after.
  const all: Promise<void>[] = [];
  while (!stop.aborted && all.length < 200) {
    all.push(
      ask(target, stop).then((status) => {
        if (status === undefined) knocks.refused++;
        else knocks.answered++;
      }),
    );
    await sleep(100);
  }
  await Promise.all(all);
  return knocks;
}
