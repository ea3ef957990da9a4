import { request } from "node:http";
import { findLocalFlyIn, type LocalFly } from "../../emulator/locate.ts";
import { Trouble } from "../trouble.ts";

/** The local Fly that serves that folder, or how to start one. */
export async function servedFrom(dir: string): Promise<LocalFly> {
  const fly = await findLocalFlyIn(dir);
  if (fly !== undefined) return fly;
  throw new Trouble(
    `no local Fly serves ${dir}. Start one with \`airworthy local\`, or name the folder of its state with --state`,
  );
}

/** A call of the control surface. What it refuses is said in its own words. */
export async function control(fly: LocalFly, doing: string, method: string, path: string, body?: unknown) {
  const { status, text } = await send(fly, method, `/_local/${path}`, body).catch((error: Error) => {
    throw new Trouble(`${doing}: the local Fly at ${fly.url} does not answer (${error.message})`);
  });
  const answer = parsed(text);
  if (status < 300) return answer as Record<string, unknown>;
  const said = (answer as { error?: unknown } | undefined)?.error ?? text;
  throw new Trouble(`${doing}: the local Fly says no: ${String(said).replace(/^invalid_argument: /, "")}`);
}

/** Without `fetch`, which takes longer to load than such a call takes. */
function send({ url, token }: LocalFly, method: string, path: string, body: unknown) {
  const text = body === undefined ? "" : JSON.stringify(body);
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const call = request(`${url}${path}`, { method, headers, agent: false, timeout: 10_000 }, (reply) => {
      let answer = "";
      reply.setEncoding("utf8");
      reply.on("data", (chunk: string) => {
        answer += chunk;
      });
      reply.on("error", reject);
      reply.on("end", () => resolve({ status: reply.statusCode ?? 0, text: answer }));
    });
    call.on("timeout", () => call.destroy(new Error("no answer within 10 s")));
    call.on("error", reject);
    call.end(text);
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
