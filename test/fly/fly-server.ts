import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { FlyClient, type FlyClientOptions } from "../../fly/client.ts";

/** A request as it arrived. */
interface Arrival {
  method: string;
  path: string;
  headers: IncomingMessage["headers"];
  body: string;
  at: number;
}

/** What a server does with a request: answer, or hang up without one. */
export type Answer = (response: ServerResponse, arrival: Arrival) => void;

/** Answers with a status and a JSON body, or with text as it is. */
export const says =
  (status: number, body: unknown = {}, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));

/** Hangs up after the request was read, as a connection that breaks does. */
export const hangsUp: Answer = (response) => void response.socket?.destroy();

/** Sends half of its answer and hangs up. */
export const breaksOff: Answer = (response) => {
  response.writeHead(200, { "content-length": "1000" });
  response.write('{"apps":[', () => response.socket?.destroy());
};

/** Never answers. */
export const staysSilent: Answer = () => {};

/**
 * A server with one answer after another, the last for good, or with an answer by route (`GET /v1/apps`). For what a
 * well-behaved Fly never does; it ends with `await using`.
 */
export async function flyServer(answers: Answer[] | Record<string, Answer>) {
  const arrivals: Arrival[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const path = request.url ?? "";
    const arrival = { method: request.method ?? "", path, headers: request.headers, body, at: performance.now() };
    arrivals.push(arrival);
    const answer = Array.isArray(answers)
      ? answers[Math.min(arrivals.length, answers.length) - 1]
      : answers[`${arrival.method} ${path.split("?")[0]}`];
    (answer ?? says(404, "404 page not found"))(response, arrival);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: FlyClient[] = [];
  return {
    url,
    arrivals,
    /** A client of this server that keeps to no rate limits. */
    client(options: Partial<FlyClientOptions> = {}) {
      const client = new FlyClient({ flapsUrl: url, token: "fo1_test", rateLimits: false, ...options });
      clients.push(client);
      return client;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await Promise.all(clients.map((client) => client.close()));
    },
  };
}

/** A port on which nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
