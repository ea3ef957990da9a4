import type { IncomingMessage } from "node:http";
import { refuse } from "./errors.ts";

export function headerOf(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** A page somewhere could make a browser call us by another name (DNS rebinding) or across origins. */
export function refuseForeign({ headers, socket }: IncomingMessage): void {
  const own = [`127.0.0.1:${socket.localPort}`, `localhost:${socket.localPort}`];
  if (headers.origin !== undefined || !own.includes(headers.host ?? "")) refuse("foreignCaller");
}
