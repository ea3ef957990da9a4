import type { ServerResponse } from "node:http";
import type { Answer } from "./call.ts";
import { ulid } from "./identifier.ts";

/** Sends an answer as Fly does, at that moment of its time. */
export function send(response: ServerResponse, { status, body, headers }: Answer, now: number): void {
  if (response.destroyed) return;
  const isText = typeof body === "string";
  const bytes = body === undefined ? "" : isText ? body : JSON.stringify(body);
  response.writeHead(status, {
    ...(body === undefined
      ? {}
      : { "content-type": isText ? "text/plain; charset=utf-8" : "application/json; charset=utf-8" }),
    ...headers,
    ...(status === 204 ? {} : { "content-length": Buffer.byteLength(bytes) }),
    // The time at Fly, which callers in virtual time can only learn here.
    date: new Date(now).toUTCString(),
    "fly-request-id": `${ulid(now)}-iad`,
    server: "Fly/local",
  });
  response.end(bytes);
}
