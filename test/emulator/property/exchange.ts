import { Agent, type IncomingHttpHeaders, request } from "node:http";

export interface Sent {
  method: string;
  /** As it goes on the wire: nothing is escaped or made shorter. */
  path: string;
  headers?: Record<string, string>;
  body?: Uint8Array | undefined;
}

export interface Answered {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 8 });

/** Longer than this an answer in virtual time never takes: the call hangs. */
const hangsAfterMs = 5_000;

/** One call as somebody who does not mind Fly's rules could make it; `fetch` would tidy its path. */
export function exchange(url: string, { method, path, headers = {}, body }: Sent): Promise<Answered> {
  const { hostname, port } = new URL(url);
  // Node itself says no length of the bodies of GET and DELETE.
  const all = body === undefined ? headers : { ...headers, "content-length": `${body.length}` };
  return new Promise((resolve, reject) => {
    const call = request({ agent, hostname, port, method, path, headers: all, timeout: hangsAfterMs }, (reply) => {
      const chunks: Buffer[] = [];
      reply.on("data", (chunk) => chunks.push(chunk)).once("error", reject);
      reply.once("end", () => {
        const text = Buffer.concat(chunks).toString("utf8");
        resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text });
      });
    });
    call.once("timeout", () => call.destroy(new Error(`${method} ${path} hangs`)));
    call.once("error", reject).end(body);
  });
}
