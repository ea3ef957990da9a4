import type { IncomingMessage } from "node:http";
import type { JsonObject } from "./call.ts";
import { refuse } from "./errors.ts";

const mostBytes = 1024 ** 2;

/** Whether a body comes with it: most reads have none, and to wait for its end would cost them as much as the answer. */
export const hasBody = ({ headers }: IncomingMessage) =>
  headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;

/**
 * The whole body. Who sends too much is told at once, and what still comes is thrown away: were the connection cut,
 * most callers would see that and not the refusal. Throws where the signal says that the caller is gone, or the server
 * about to be.
 */
export async function bodyOf(request: IncomingMessage, signal: AbortSignal): Promise<string> {
  if (Number(request.headers["content-length"] ?? 0) > mostBytes) refuse("bodyTooLarge");
  const chunks: Buffer[] = [];
  let size = 0;
  await new Promise<void>((resolve, reject) => {
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= mostBytes) chunks.push(chunk);
      else resolve();
    });
    request.once("end", resolve).once("error", reject);
    signal.addEventListener("abort", reject);
  });
  if (size > mostBytes) refuse("bodyTooLarge");
  return Buffer.concat(chunks).toString("utf8");
}

/** A body that is needed before the call is allowed: what is wrong with it is said later. */
export function bodyIfAny(bytes: string): JsonObject {
  try {
    return jsonOf(bytes);
  } catch {
    return {};
  }
}

/** A body as an object; no body is an empty one. */
export function jsonOf(bytes: string): JsonObject {
  if (bytes.trim() === "") return {};
  let value: unknown;
  try {
    value = JSON.parse(bytes);
  } catch {
    refuse("malformedJson");
  }
  if (value === null || typeof value !== "object" || Array.isArray(value)) refuse("malformedJson");
  if (isDeeper(value, mostLevels)) refuse("malformedJson");
  return value as JsonObject;
}

/** No call of Fly's is nested a tenth as deep; what walks a body by recursion to its end would fall over. */
const mostLevels = 100;

function isDeeper(value: unknown, levels: number): boolean {
  if (value === null || typeof value !== "object") return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeper(inner, levels - 1));
}
