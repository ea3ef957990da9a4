import { once } from "node:events";
import { Agent, request } from "node:http";
import { connect, type Socket } from "node:net";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { startEmulator } from "../../emulator/index.ts";
import { withLocalFly } from "./local-fly.ts";

// What paths, queries and bodies may say is in property.test.ts; here is how they may come.

const local = withLocalFly();

test.each([
  "/v1/apps/%2e%2e%2f",
  "/v1/apps/%ff",
  "//",
  "/v1/apps/__proto__",
  "/v1/apps/a/machines/%00",
  "/v1/apps?x=%ff",
])("%s is refused as Fly would", async (path) => {
  expect([400, 404]).toContain((await local.caller.get(path)).status);
});

test("a body that is nested without end is malformed", async () => {
  const deep = `{"config":${"[".repeat(5000)}${"]".repeat(5000)},"values":{}}`;
  expect((await local.caller.post("/v1/apps", deep)).status).toBe(400);
  const query = `{"query":"${"{a".repeat(50_000)}"}`;
  expect((await local.caller.post("/graphql", query)).body.errors).toHaveLength(1);
});

test("a machine that is refused leaves nothing, though all but the last field of it was right", async () => {
  const app = await local.caller.app();
  const volume = await local.caller.volume(app);
  const config = { image: "nginx", mounts: [{ volume: volume.id, path: "/data" }] };
  for (const wrong of [{ lease_ttl: -1 }, { skip_launch: "no" }]) {
    expect((await local.caller.post(`${app}/machines`, { region: "iad", config, ...wrong })).status).toBe(400);
  }
  expect((await local.caller.get(`${app}/machines`)).body).toEqual([]);
  expect((await local.caller.get(volume.path)).body.attached_machine_id).toBeNull();
});

test.each(["text/plain", "application/x-www-form-urlencoded", "nonsense"])(
  "a body is read as JSON though it is called %s",
  async (type) => {
    const headers = { "content-type": type };
    expect((await local.caller.post("/v1/apps", { name: "a", org_slug: "local" }, headers)).status).toBe(201);
    expect((await local.caller.post("/v1/apps", "name=a", headers)).status).toBe(400);
  },
);

const mib = 1024 ** 2;

/** A connection of somebody who writes HTTP by hand. */
async function connected(): Promise<Socket> {
  const { hostname, port } = new URL(local.fly.url);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  return socket.on("error", () => {});
}

const head = (line: string, more = "") =>
  `${line} HTTP/1.1\r\nHost: ${new URL(local.fly.url).host}\r\nAuthorization: Bearer ${local.fly.token}\r\n${more}\r\n`;

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

/** What buffers hold in this process, which is both the caller's and the server's. */
function bytesHeld(): number {
  collectGarbage();
  return process.memoryUsage().arrayBuffers;
}

test("a body of 100 MB is refused as soon as it is too large, and none of it is kept", async () => {
  const socket = await connected();
  let [sent, sentByThen] = [0, 0];
  let said = "";
  socket.on("data", (bytes) => {
    sentByThen ||= sent;
    said += bytes;
  });
  const chunk = `${(mib / 4).toString(16)}\r\n${"x".repeat(mib / 4)}\r\n`;
  const before = bytesHeld();
  socket.write(head("POST /v1/apps", "Transfer-Encoding: chunked\r\n"));
  for (; sent < 100 * mib; sent += mib / 4) {
    if (!socket.write(chunk)) await once(socket, "drain");
  }
  expect(bytesHeld() - before).toBeLessThan(50 * mib);
  // What came too much is out of the way of the next call.
  socket.write(`0\r\n\r\n${head("GET /v1/platform/regions", "Connection: close\r\n")}`);
  await once(socket, "close");
  expect(statusLines(said)).toEqual([413, 200]);
  expect(sentByThen).toBeLessThan(50 * mib);
}, 30_000);

test("a body that says it has 100 MB is refused before it comes", async () => {
  const socket = await connected();
  socket.write(head("POST /v1/apps", `Content-Length: ${100 * mib}\r\n`));
  const [said] = await once(socket, "data");
  expect(statusLines(`${said}`)).toEqual([413]);
  socket.destroy();
});

test("of 1,000 who ask for one name at once, one gets it and all are answered", async () => {
  const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY });
  const { hostname, port } = new URL(local.fly.url);
  const headers = { authorization: `Bearer ${local.fly.token}` };
  const ask = () =>
    new Promise<number | undefined>((resolve, reject) => {
      const call = request({ agent, hostname, port, path: "/v1/apps", method: "POST", headers }, (reply) => {
        resolve(reply.resume().statusCode);
      });
      call.once("error", reject).end('{"name":"wanted","org_slug":"local"}');
    });
  const statuses = await Promise.all(Array.from({ length: 1000 }, ask));
  agent.destroy();
  expect(statuses.filter((status) => status === 201)).toHaveLength(1);
  expect(statuses.filter((status) => status === 422)).toHaveLength(999);
}, 30_000);

/** All that comes back until the server closes the connection. */
async function answersTo(bytes: string): Promise<string> {
  const socket = await connected();
  let said = "";
  socket.on("data", (chunk) => {
    said += chunk;
  });
  socket.write(bytes);
  await new Promise((resolve) => socket.once("close", resolve));
  return said;
}

const statusLines = (said: string) => said.match(/HTTP\/1\.1 \d+/g)?.map((line) => Number(line.slice(9)));

test("calls that are sent without waiting are answered in their order", async () => {
  const create = `{"name":"a","org_slug":"local"}`;
  const said = await answersTo(
    head("POST /v1/apps", `Content-Length: ${create.length}\r\n`).concat(
      create,
      head("GET /v1/apps/b"),
      head("GET /v1/platform/regions", "Connection: close\r\n"),
    ),
  );
  expect(statusLines(said)).toEqual([201, 404, 200]);
});

test.each([
  ["no HTTP", "hello\r\n\r\n", 400],
  ["headers without end", `GET / HTTP/1.1\r\nX: ${"x".repeat(100_000)}\r\n\r\n`, 431],
  ["a negative length", "POST /v1/apps HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n", 400],
  ["two lengths", "POST /v1/apps HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400],
  ["a header of two lines", "GET / HTTP/1.1\r\nHost: x\r\nA: b\r\n c: d\nE\r\n\r\n", 400],
])("%s is refused and the connection closed", async (_, bytes, status) => {
  expect(statusLines(await answersTo(bytes))).toEqual([status]);
});

test("HEAD and OPTIONS are unrouted, and no page of another origin is let in", async () => {
  for (const method of ["HEAD", "OPTIONS"]) {
    const reply = await fetch(`${local.fly.url}/v1/platform/regions`, { method });
    expect([reply.status, await reply.text()]).toEqual([404, method === "HEAD" ? "" : "404 page not found"]);
    expect([...reply.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
});

test("a client that hangs up in the middle of a body changes nothing and harms nobody", async () => {
  const whole = `{"name":"half","org_slug":"local"}`;
  for (const sent of [0, 9, whole.length]) {
    const socket = await connected();
    socket.write(head("POST /v1/apps", `Content-Length: ${whole.length + 1}\r\n`) + whole.slice(0, sent));
    socket.destroy();
  }
  await local.caller.app("other");
  expect((await local.caller.get("/v1/apps/half")).status).toBe(404);
});

test("a client that hangs up in the middle of an answer harms nobody", async () => {
  const app = await local.caller.app();
  const env = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`E${index}`, "x".repeat(1000)]));
  await local.caller.machine(app, { config: { image: "nginx", env } });
  for (let callers = 0; callers < 10; callers++) {
    const socket = await connected();
    socket.write(head(`GET ${app}/machines`));
    await once(socket, "readable");
    socket.destroy();
  }
  expect((await local.caller.get(`${app}/machines`)).body).toHaveLength(1);
});

// Node ends a connection whose headers take more than a minute or whose request takes more than five.
test("half a request holds up nobody, and not the server's end either", async () => {
  const fly = await startEmulator({ checksAnswers: true });
  const { hostname, port, host } = new URL(fly.url);
  const halves = [
    "",
    "GE",
    "GET / HTTP/1.1\r\nHo",
    `POST /v1/apps HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 9\r\n\r\n{`,
  ];
  const sockets = Array.from({ length: 100 }, (_, index) => {
    const socket = connect(Number(port), hostname).on("error", () => {});
    socket.write(halves[index % halves.length] ?? "");
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, "connect")));
  expect((await fetch(`${fly.url}/_local/health`)).status).toBe(200);
  await fly.close();
  await Promise.all(sockets.map((socket) => socket.destroyed || once(socket, "close")));
});
