import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import rpc from "@pulumi/pulumi/proto/language_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/language_pb.js";
import { expect, onTestFinished, test } from "vitest";

const host = (process.env["PATH"] ?? "")
  .split(delimiter)
  .map((dir) => join(dir, "pulumi-language-nodejs"))
  .find(existsSync);
// Pulumi's own says nothing here; what npm run setup builds has its stamp beside it.
const ours = host !== undefined && existsSync(join(dirname(host), "airworthy-language-host"));

/** An address of this machine that refuses connections, or one that takes them. */
async function address(serves: boolean): Promise<string> {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  if (serves) onTestFinished(() => void server.close());
  else await once(server.close(), "close");
  return `127.0.0.1:${port}`;
}

/** What the host answers to a CLI that serves at these addresses and wants a program run in a folder with no packages. */
async function run(engine: string, monitor: string) {
  const child = spawn(host as string, [engine], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill());
  const [port] = await once(child.stdout.setEncoding("utf8"), "data");
  const client = new rpc.LanguageRuntimeClient(`127.0.0.1:${port.trim()}`, credentials.createInsecure());
  onTestFinished(() => client.close());
  const info = new messages.ProgramInfo();
  info.setProgramDirectory("/");
  const request = new messages.RunRequest();
  request.setInfo(info);
  request.setMonitorAddress(monitor);
  return new Promise<{ error: string; bail: boolean }>((resolve, reject) => {
    client.run(request, (error, answer) => {
      if (error !== null) reject(error);
      else resolve({ error: answer.getError(), bail: answer.getBail() });
    });
  });
}

test.runIf(ours).each([
  ["engine", false, true],
  ["resource monitor", true, false],
])(
  "a CLI whose %s is refused to its program is told so, by the address, and does not end without a word",
  async (_, e, m) => {
    const [engine, monitor] = [await address(e), await address(m)];
    const { error, bail } = await run(engine, monitor);
    expect(bail).toBe(false);
    expect(error).toContain(
      `the program cannot reach the Pulumi CLI: dial tcp ${e ? monitor : engine}: connect: connection refused`,
    );
    expect(error).toMatch(/Run the command again/);
  },
);

test.runIf(ours)("where both take connections, the program is gone on with", async () => {
  const { error } = await run(await address(true), await address(true));
  expect(error).toMatch(/@pulumi\/pulumi\/cmd\/run is not installed for \//);
});
