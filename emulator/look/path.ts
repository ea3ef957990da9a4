import type { IncomingMessage } from "node:http";

const paths = ["/", "/_local/look.js", "/_local/look.css", "/_local/look.svg"] as const;

export type LookPath = (typeof paths)[number];

/** What of the page a request is for, if it is for that at all. */
export function lookedAt({ method, url = "/" }: IncomingMessage): LookPath | undefined {
  const path = url.split("?", 1)[0];
  return method === "GET" ? paths.find((one) => one === path) : undefined;
}
