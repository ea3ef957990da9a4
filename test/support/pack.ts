import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Resource } from "../../policies/index.ts";

const folder = fileURLToPath(new URL("../../policies", import.meta.url));

/** How the engine writes an unknown value on the wire. */
export const unknownOnTheWire = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export const levels = ["advisory", "mandatory", "disabled", "remediate"] as const;

type Environment = Readonly<Record<string, string>>;

/** What a remediation answered. */
interface Remediated {
  readonly policy: string;
  readonly properties: Record<string, unknown> | undefined;
  readonly diagnostic: string;
}

/** Starts the pack, for one that is expected to end by itself. */
export const startedPack = (env: Environment): ChildProcess =>
  spawn(process.execPath, ["main.ts"], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });

/** The pack as a process of its own, asked over gRPC as the Pulumi CLI asks it: what the SDK makes of a report is in it. */
export class Pack {
  readonly #said: () => string;
  readonly #process: ChildProcess;
  readonly #client: InstanceType<typeof services.AnalyzerClient>;

  private constructor(process: ChildProcess, port: string, said: () => string) {
    this.#process = process;
    this.#said = said;
    this.#client = new services.AnalyzerClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  /** The pack with a file of that text in force. */
  static async reading(toml: string): Promise<Pack> {
    const folder = mkdtempSync(join(tmpdir(), "airworthy-"));
    const file = join(folder, "airworthy.toml");
    writeFileSync(file, toml);
    const pack = await Pack.start({ AIRWORTHY_CONFIG: file });
    // It was read before the pack served.
    rmSync(folder, { recursive: true });
    return pack;
  }

  static async start(env: Environment): Promise<Pack> {
    const started = startedPack(env);
    let said = "";
    started.stderr?.on("data", (text) => {
      said += text;
    });
    const [port] = await once(started.stdout as NonNullable<ChildProcess["stdout"]>, "data");
    return new Pack(started, String(port).trim(), () => said);
  }

  /** What it printed for people. */
  get said(): string {
    return this.#said();
  }

  async stop(): Promise<void> {
    this.#client.close();
    this.#process.kill("SIGINT");
    await once(this.#process, "exit");
  }

  async policies(): Promise<messages.PolicyInfo[]> {
    const info = await ask<messages.AnalyzerInfo>((done) => this.#client.getAnalyzerInfo(new empty.Empty(), done));
    return info.getPoliciesList();
  }

  /** Findings about one resource, as the engine asks before it is made; with a parent's URN where it has one. */
  async resourceLines(resource: Resource): Promise<string[]> {
    return lines(await ask((done) => this.#client.analyze(alone(resource), done)));
  }

  /** What each remediation makes of a resource's properties, in the order of the rules. */
  async remediations(resource: Resource): Promise<Remediated[]> {
    const answer = await ask<messages.RemediateResponse>((done) => this.#client.remediate(alone(resource), done));
    return answer.getRemediationsList().map((one) => ({
      policy: one.getPolicyname(),
      properties: one.getProperties()?.toJavaScript(),
      diagnostic: one.getDiagnostic(),
    }));
  }

  /** Findings about a stack, as the engine asks when all is registered. */
  async stackLines(...resources: Resource[]): Promise<string[]> {
    const request = new messages.AnalyzeStackRequest();
    request.setResourcesList(
      resources.map((one) => {
        const message = analyzed(new messages.AnalyzerResource(), one);
        message.setParent(one.parent?.urn ?? "");
        return message;
      }),
    );
    return lines(await ask((done) => this.#client.analyzeStack(request, done)));
  }

  /** Pulumi's own configuration of policies. */
  async configure(policies: Record<string, [level: (typeof levels)[number], settings: Record<string, number>]>) {
    const request = new messages.ConfigureAnalyzerRequest();
    for (const [name, [level, settings]] of Object.entries(policies)) {
      const config = new messages.PolicyConfig();
      config.setEnforcementlevel(levels.indexOf(level) as 0 | 1 | 2 | 3);
      config.setProperties(struct.Struct.fromJavaScript(settings));
      request.getPolicyconfigMap().set(name, config);
    }
    await ask((done) => this.#client.configure(request, done));
  }
}

const ask = <Answer>(call: (answer: (error: Error | null, value?: Answer) => void) => void) =>
  new Promise<Answer>((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value as Answer))));

function alone(resource: Resource): messages.AnalyzeRequest {
  const request = analyzed(new messages.AnalyzeRequest(), resource);
  if (resource.parent) request.getOptions()?.setParent(resource.parent.urn);
  return request;
}

function analyzed<Message extends messages.AnalyzeRequest | messages.AnalyzerResource>(
  message: Message,
  { type, name, urn, props, protect, madeFrom = {} }: Resource,
): Message {
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(protect);
  message.setType(type);
  message.setName(name);
  message.setUrn(urn);
  message.setProperties(struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(props))));
  message.setOptions(options);
  for (const [property, urns] of "getPropertydependenciesMap" in message ? Object.entries(madeFrom) : []) {
    const dependencies = new messages.AnalyzerPropertyDependencies();
    dependencies.setUrnsList([...urns]);
    (message as messages.AnalyzerResource).getPropertydependenciesMap().set(property, dependencies);
  }
  return message;
}

const lines = (answer: messages.AnalyzeResponse) =>
  answer
    .getDiagnosticsList()
    .map((one) => `${levels[one.getEnforcementlevel()]} ${one.getPolicyname()} ${one.getMessage()}`);
