import type { IncomingMessage } from "node:http";
import type { Answer } from "../call.ts";
import type { Controlled } from "../control.ts";
import { refuseForeign } from "../header.ts";
import { page } from "./page.ts";
import type { LookPath } from "./path.ts";
import { script } from "./script.ts";
import { icon, style } from "./style.ts";

/** What the page may load: only what this server has, and nothing that stands in the page itself. */
const policy = [
  ...["default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'"],
  ...["base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"],
].join("; ");

const headers = {
  "content-security-policy": policy,
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "cross-origin-opener-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

const parts: Record<LookPath, { type: string; text: (on: Controlled) => string }> = {
  "/": { type: "text/html", text: page },
  "/_local/look.js": { type: "text/javascript", text: () => script },
  "/_local/look.css": { type: "text/css", text: () => style },
  "/_local/look.svg": { type: "image/svg+xml", text: () => icon },
};

/** Answers somebody who looks. It needs no token, and what needs one is not on it. */
export function look(request: IncomingMessage, path: LookPath, on: Controlled): Answer {
  refuseForeign(request);
  const part = parts[path];
  // Time has brought this whoever looks. Nothing else changes, and the clock stays where it is.
  on.world.settle();
  return { status: 200, body: part.text(on), headers: { ...headers, "content-type": `${part.type}; charset=utf-8` } };
}
