import { Server, ServerCredentials, type ServiceError, type UntypedServiceImplementation } from "@grpc/grpc-js";
import { EngineLog } from "./engine.ts";
import { empty, messages, plainError, plugin, provider } from "./protocol.ts";
import { packageSchema } from "./schema.ts";
import { Session } from "./session.ts";

const version = "0.1.0";

type Request = never;

/** Serves the provider on a free port of this machine and answers with the port. */
export function serve(engineAddress: string | undefined): Promise<number> {
  const session = new Session(new EngineLog(engineAddress), process.env);
  const answers: Record<string, (request: Request) => unknown> = {
    handshake,
    getPluginInfo: () => new plugin.PluginInfo().setVersion(version),
    getSchema: () => new messages.GetSchemaResponse().setSchema(JSON.stringify(packageSchema(version))),
    checkConfig: (request) => session.checkConfig(request),
    diffConfig: () => new messages.DiffResponse(),
    configure: (request) => session.configure(request),
    check: (request) => session.check(request),
    diff: (request) => session.diff(request),
    create: (request) => session.create(request),
    read: (request) => session.read(request),
    update: (request) => session.update(request),
    delete: (request) => session.remove(request),
    cancel: () => {
      session.cancel();
      return new empty.Empty();
    },
    attach: () => new empty.Empty(),
  };
  const server = new Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(provider.ResourceProviderService, handlers(answers));
  return new Promise((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) =>
      error ? reject(error) : resolve(port),
    );
  });
}

const grpcUnimplemented = 12;

function handlers(answers: Record<string, (request: Request) => unknown>): UntypedServiceImplementation {
  const one =
    (name: string) =>
    (call: { request: Request }, reply: (error: Partial<ServiceError> | null, answer?: unknown) => void) => {
      const answer = answers[name];
      if (answer === undefined) return reply({ code: grpcUnimplemented, details: `${name} is not implemented` });
      Promise.resolve()
        .then(() => answer(call.request))
        .then(
          (value) => reply(null, value),
          // Errors made for the engine carry a code; anything else is our own mistake and is shown as one.
          (error) => reply("code" in error && "details" in error ? error : plainError(String(error?.stack ?? error))),
        );
    };
  return Object.fromEntries(
    Object.keys(provider.ResourceProviderService).map((name) => [name, one(name)]),
  ) as unknown as UntypedServiceImplementation;
}

function handshake() {
  const answer = new messages.ProviderHandshakeResponse();
  // These and not Configure's flags are what the engine goes by when a handshake is answered.
  answer.setAcceptSecrets(true);
  answer.setAcceptResources(false);
  answer.setAcceptOutputs(false);
  return answer;
}
