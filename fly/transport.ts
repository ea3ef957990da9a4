import type { Call } from "./client.ts";
import { FlyError } from "./errors.ts";

/** Errors of connections by which nothing can have reached Fly. */
export const neverArrived = [
  "ECONNREFUSED",
  "ENETUNREACH",
  "EHOSTUNREACH",
  "ENETDOWN",
  "EHOSTDOWN",
  "UND_ERR_CONNECT_TIMEOUT",
];

/** The address or the token cannot be put into a request, so nothing was sent. */
const malformed = ["UND_ERR_INVALID_ARG", "ERR_INVALID_URL"];

/** What a call fails with that was answered by nothing. */
export function transportError(call: Call<unknown>, error: unknown): FlyError {
  const code = (error as { code?: string }).code ?? "";
  if (malformed.includes(code)) {
    return new FlyError("invalid", call.does, (error as Error).message, undefined, { cause: error });
  }
  const arrived = ![...neverArrived, "ENOTFOUND", "EAI_AGAIN"].includes(code) && !isConnecting(error);
  const kind = arrived && call.repeat === "unsent" ? "uncertain" : "unreachable";
  const what = arrived ? "the connection broke before an answer came" : "Fly cannot be reached";
  return new FlyError(kind, call.does, `${what} (${code || (error as Error).message})`, undefined, { cause: error });
}

/** Whether no connection came about. Where a host has several addresses, Node reports one error for each. */
const isConnecting = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.length > 0 && error.errors.every(isConnecting)
    : (error as { syscall?: string }).syscall === "connect";
