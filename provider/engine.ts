import { credentials } from "@grpc/grpc-js";
import engine from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/engine_pb.js";

/** The engine's log, which is the only way from a provider to a user's eyes while a call is under way. */
export class EngineLog {
  readonly #client: InstanceType<typeof engine.EngineClient> | undefined;
  readonly #said = new Set<string>();
  readonly #shown = new Map<string, number>();
  #sent: Promise<void> = Promise.resolve();

  /** @param address - the engine's address, its first argument to a plugin; without one nothing is said */
  constructor(address: string | undefined) {
    this.#client = address ? new engine.EngineClient(address, credentials.createInsecure()) : undefined;
  }

  /** Shows a passing text in a resource's row. It stays there until another replaces it, so end with "". */
  status(urn: string, text: string): void {
    // Where the CLI's output is a log, each text is a line of it: one a second says enough.
    const now = Date.now();
    if (text !== "" && now - (this.#shown.get(urn) ?? 0) < 1000) return;
    if (text === "" && !this.#shown.delete(urn)) return;
    if (text !== "") this.#shown.set(urn, now);
    this.#log(messages.LogSeverity.INFO, urn, text, true);
  }

  /** Lists what was done under Diagnostics. */
  inform(urn: string, text: string): void {
    this.#log(messages.LogSeverity.INFO, urn, text, false);
  }

  /** Lists a warning under Diagnostics; the same one only once in this process. */
  warn(urn: string, text: string, key = `${urn} ${text}`): void {
    if (this.#said.has(key)) return;
    this.#said.add(key);
    this.#log(messages.LogSeverity.WARNING, urn, text, false);
  }

  /** Waits until all that was said has arrived. */
  flushed(): Promise<void> {
    return this.#sent;
  }

  #log(severity: 0 | 1 | 2 | 3, urn: string, text: string, ephemeral: boolean): void {
    const request = new messages.LogRequest();
    request.setSeverity(severity);
    request.setUrn(urn);
    request.setMessage(text);
    request.setEphemeral(ephemeral);
    // One after the other, or a passing text could overtake the one that takes it away. A text that does not arrive is
    // no reason to fail a deployment.
    this.#sent = this.#sent.then(
      () => new Promise((sent) => (this.#client ? this.#client.log(request, () => sent()) : sent())),
    );
  }
}
