import { Server, ServerCredentials } from "@grpc/grpc-js";
import grpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import { afterAll, beforeAll, beforeEach } from "vitest";

type LogRequest = InstanceType<typeof messages.LogRequest>;

/** The engine's log for the tests of a file: `warnings` are those of the test that runs. */
export function withEngineLog() {
  const context = { address: "", warnings: [] as string[] };
  const server = new Server();
  const log = ({ request }: { request: LogRequest }, reply: (error: null, answer: unknown) => void) => {
    if (request.getSeverity() === messages.LogSeverity.WARNING) context.warnings.push(request.getMessage());
    reply(null, new empty.Empty());
  };
  beforeAll(async () => {
    server.addService(grpc.EngineService as never, { log } as never);
    const port = await new Promise<number>((resolve, reject) => {
      const address = "127.0.0.1:0";
      server.bindAsync(address, ServerCredentials.createInsecure(), (error, found) =>
        error ? reject(error) : resolve(found),
      );
    });
    context.address = `127.0.0.1:${port}`;
  });
  beforeEach(() => {
    context.warnings.length = 0;
  });
  afterAll(() => server.forceShutdown());
  return context;
}
