import { readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { refuses, spellings, withFolder } from "./drill-run.ts";

// Each test starts processes, on a machine that may be busy.
vi.setConfig({ testTimeout: 90_000 });

const folder = withFolder();
const planted = 'PLANTED/key+"of a command"';

/** A server that takes a second to answer, writes down its process id, and does that when told to stop. */
function server(onSignal: string): string {
  const file = join(folder.dir, "server.mjs");
  writeFileSync(
    file,
    `import { createServer } from "node:http";
import { writeFileSync } from "node:fs";
writeFileSync("pid", String(process.pid));
const secret = ${JSON.stringify(planted)};
for (const text of [secret, btoa(secret), encodeURIComponent(secret), JSON.stringify({ secret })]) {
  console.log(text);
  console.error(text);
}
const server = createServer((request, response) => {
  setTimeout(() => response.end("done"), request.url === "/fast" ? 0 : 1500);
});
server.listen(Number(process.env.PORT ?? process.argv[2]), "127.0.0.1");
${onSignal}
`,
  );
  return file;
}

const graceful = `process.on("SIGTERM", () => server.close(() => process.exit(0)));`;

function freePort(): Promise<string> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(String(port)));
    });
  });
}

function isAlive(): boolean {
  try {
    process.kill(Number(readFileSync(join(folder.dir, "pid"), "utf8")), 0);
    return true;
  } catch {
    return false;
  }
}

describe("airworthy drill sigterm", () => {
  test("passes what ends in time and answers all that was open", async () => {
    const port = await freePort();
    const { code, out, err } = await folder.drill(
      ...["sigterm", "--port", port, "--requests", "5", "--", process.execPath, server(graceful), port],
    );
    expect(err).toContain("sending SIGTERM with 5 requests open");
    expect(out).toMatch(
      /^\[PASS\] sigterm: ended \d\.\d s after SIGTERM \(code 0\), 0 of 5 open requests lost, of new connections after it \d+ answered and \d+ not\n$/,
    );
    expect(code).toBe(0);
    const [evidence] = folder.recorded();
    expect(evidence).toMatchObject({ drill: "sigterm", app: "*", result: "passed" });
    expect(evidence?.durationMs).toBeGreaterThan(500);
    expect(evidence?.durationMs).toBeLessThan(10_000);
    expect(isAlive()).toBe(false);
  });

  test("fails what ignores the signal, and kills it", async () => {
    const port = await freePort();
    const ignoring = server(`process.on("SIGTERM", () => {});`);
    const { code, out } = await folder.drill(
      ...["sigterm", "--port", port, "--requests", "3", "--within", "2s", "--app", "shop", "--"],
      ...[process.execPath, ignoring, port],
    );
    expect([code, out]).toEqual([1, expect.stringContaining("had not ended 2.0 s after SIGTERM, and was killed")]);
    expect(out).toMatch(/0 of 3 open requests lost, of new connections after it [1-9]\d* answered/);
    expect(folder.recorded()).toMatchObject([{ app: "shop", result: "failed" }]);
    expect(isAlive()).toBe(false);
  });

  test("fails what ends in time and drops what it was answering", async () => {
    const port = await freePort();
    const { code, out } = await folder.drill(
      ...["sigterm", "--port", port, "--requests", "4", "--", process.execPath],
      ...[server(`process.on("SIGTERM", () => process.exit(0));`), port],
    );
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/ended 0\.\d s after SIGTERM \(code 0\), 4 of 4 open requests lost/),
    ]);
    expect(folder.recorded()).toMatchObject([{ result: "failed" }]);
  });

  test("fails what answers open requests with an error", async () => {
    const port = await freePort();
    const erring = server(`
const open = new Set();
server.on("request", (_, response) => open.add(response));
process.on("SIGTERM", () => {
  for (const response of open) response.writeHead(503).end();
  server.close(() => process.exit(0));
});`);
    const { code, out } = await folder.drill(
      ...["sigterm", "--port", port, "--requests", "2", "--", process.execPath, erring, port],
    );
    expect([code, out]).toEqual([1, expect.stringContaining("2 of 2 open requests lost")]);
  });

  test("fails a shell that passes no signal on, and leaves nothing of it running", async () => {
    const port = await freePort();
    const { code, out } = await folder.drill(
      ...["sigterm", "--port", port, "--requests", "3", "--"],
      ...["sh", "-c", `${process.execPath} ${server(graceful)} ${port}; true`],
    );
    expect(out).toContain("killed by SIGTERM, which it does not handle), 3 of 3 open requests lost");
    expect(code).toBe(1);
    expect(isAlive()).toBe(false);
  });

  test("tries a worker, which serves nothing, by its end alone", async () => {
    const worker = server(`server.unref(); setInterval(() => {}, 1000); process.on("SIGTERM", () => process.exit(0));`);
    const { code, out } = await folder.drill("sigterm", "--requests", "0", "--", process.execPath, worker, "0");
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/ended 0\.\d s after SIGTERM \(code 0\), no requests were tried\n$/),
    ]);
  });

  test("interrupted records nothing and leaves nothing running", async () => {
    const port = await freePort();
    const never = server(`process.on("SIGTERM", () => {});`);
    const args = ["sigterm", "--port", port, "--within", "60s", "--", process.execPath, never, port];
    const { code, err } = await folder.run(args, (child) => {
      child.stderr?.on("data", (text: string) => {
        if (String(text).includes("sending")) child.kill("SIGINT");
      });
    });
    expect([code, err]).toEqual([130, expect.stringContaining("interrupted; nothing was recorded")]);
    expect(folder.recorded()).toEqual([]);
    expect(isAlive()).toBe(false);
  });

  test("shows nothing of the command's output, which goes to the log that is asked for", async () => {
    const port = await freePort();
    const { out, err } = await folder.drill(
      ...[
        "sigterm",
        "--port",
        port,
        "--requests",
        "1",
        "--log",
        "server.log",
        "--",
        process.execPath,
        server(graceful),
        port,
      ],
    );
    const evidence = readFileSync(join(folder.dir, "airworthy.evidence.jsonl"), "utf8");
    for (const spelling of spellings(planted)) expect(out + err + evidence).not.toContain(spelling);
    expect(readFileSync(join(folder.dir, "server.log"), "utf8")).toContain(planted);
  });
});

describe("airworthy drill sigterm is not carried out, in one line,", () => {
  test.each<[string, string[], RegExp]>([
    ["without a command", ["--port", "8080"], /name what to start: a command after --/],
    ["without a port", ["--", "node", "x"], /say with --port where it serves/],
    ["with a port that is none", ["--port", "99999", "--", "node"], /--port must be a whole number, 1 to 65535/],
    ["with a signal that is none", ["--port", "1", "--signal", "TERM", "--", "node"], /there is no signal TERM/],
    ["with a path that is none", ["--port", "1", "--path", "slow", "--", "node"], /--path must begin with \//],
    ["with a time that is none", ["--port", "1", "--within", "soon", "--", "node"], /--within must be a duration/],
    ["with a command that is not there", ["--port", "1", "--", "no-such-program"], /cannot be started \(ENOENT\)/],
  ])("%s", async (_, args, said) => {
    refuses(await folder.drill("sigterm", ...args), said, folder.recorded());
  });

  test("where somebody else serves the port", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const run = await folder.drill(
      "sigterm",
      "--port",
      String(port),
      "--",
      process.execPath,
      server(graceful),
      String(port),
    );
    other.close();
    refuses(run, /something else serves port \d+ already/, folder.recorded());
  });

  test("where the path answers too fast for a request to be open", async () => {
    const port = await freePort();
    const args = ["--port", port, "--path", "/fast", "--", process.execPath, server(graceful), port];
    const { code, err } = await folder.drill("sigterm", ...args);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining("/fast answers within 300 ms, so no request would be open"),
    ]);
    expect(isAlive()).toBe(false);
  });

  test("where the command ends before it answers", async () => {
    const port = await freePort();
    const { code, err } = await folder.drill(
      "sigterm",
      "--port",
      port,
      "--",
      process.execPath,
      "-e",
      "process.exit(7)",
    );
    expect([code, err]).toEqual([2, expect.stringContaining("it ended before it was ready (code 7)")]);
    expect(folder.recorded()).toEqual([]);
  });

  test("where nothing answers in time, and then nothing is left running", async () => {
    const port = await freePort();
    const args = ["--port", port, "--start-within", "1500ms", "--", process.execPath, server(graceful), "0"];
    const { code, err } = await folder.drill("sigterm", ...args);
    expect([code, err]).toEqual([2, expect.stringContaining(`nothing answered on port ${port} within 1.5 s`)]);
    expect(isAlive()).toBe(false);
  });
});
