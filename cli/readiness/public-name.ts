import type { FlyClient } from "../../fly/client.ts";
import { ipList, ipType } from "../../fly/ip-address.ts";
import { machinesOf, missing, servicesOf } from "./app.ts";
import { type Subject, skip, type Verdict } from "./check.ts";

/** Where an app is asked for by its public name, or why it is not. */
export async function publicName(
  app: string,
  fly: FlyClient,
  { publicUrl }: Subject,
  scheme: "http" | "https",
): Promise<string | Verdict> {
  if (publicUrl === undefined) return skip("no public name leads to this Fly");
  const [machines, addresses] = await Promise.all([machinesOf(fly, app), ipList(fly, app)]);
  if (addresses === undefined) throw missing(app);
  if (!addresses.some((address) => ipType(address) !== "private_v6")) return skip(`${app} has no public address`);
  const wanted = scheme === "https" ? 443 : 80;
  const ports = machines.flatMap(servicesOf).flatMap(({ ports }) => ports ?? []);
  const speaksHttp = ports.some(({ port, handlers }) => port === wanted && handlers?.includes("http"));
  if (!speaksHttp) return skip(`${app} has no service for ${scheme} on port ${wanted}`);
  return publicUrl(app, scheme);
}

/** Asks without a token and follows no redirect. Throws where nothing answers, with what happened. */
export async function answerOf(url: string, signal: AbortSignal): Promise<Response> {
  try {
    const answer = await fetch(url, { redirect: "manual", signal, headers: { "user-agent": "airworthy" } });
    await answer.body?.cancel();
    return answer;
  } catch (error) {
    if (signal.aborted) throw error;
    const { cause, message } = error as { cause?: { code?: string; message?: string }; message: string };
    throw new Silent(cause?.code ?? cause?.message ?? message, { cause: error });
  }
}

/** Nothing answered: no address, nobody there, or a certificate that does not fit. */
export class Silent extends Error {}
