import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import grpc from "@grpc/grpc-js";
import services from "@pulumi/pulumi/proto/analyzer_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/analyzer_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import type { Resource } from "../../policies/index.ts";

const folder = fileURLToPath(new URL("../../policies", import.meta.url));
const levels = ["advisory", "mandatory", "disabled", "remediate"];

type Json = Record<string, unknown>;

/** What a remediation answered. */
export interface Remediated {
  readonly policy: string;
  readonly properties: Json | undefined;
  readonly diagnostic: string;
}

/** The pack as a process of its own, asked over gRPC as the Pulumi CLI asks it. */
export async function packWith(toml: string) {
  const kept = mkdtempSync(join(tmpdir(), "airworthy-"));
  const file = join(kept, "airworthy.toml");
  writeFileSync(file, toml);
  const env = { ...process.env, AIRWORTHY_CONFIG: file };
  const pack = spawn(process.execPath, ["main.ts"], { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  const [port] = await once(pack.stdout as Readable, "data");
  const client = new services.AnalyzerClient(`127.0.0.1:${String(port).trim()}`, grpc.credentials.createInsecure());
  const ask = <Answer>(call: (answer: (error: Error | null, value?: Answer) => void) => void) =>
    new Promise<Answer>((resolve, reject) =>
      call((error, value) => (error ? reject(error) : resolve(value as Answer))),
    );

  return {
    /** What each remediation makes of the properties, in the order of the rules. */
    async remediations(resource: Resource, wire: Json): Promise<Remediated[]> {
      const request = asked(resource, wire);
      const answer = await ask<messages.RemediateResponse>((done) => client.remediate(request, done));
      return answer.getRemediationsList().map((one) => ({
        policy: one.getPolicyname(),
        properties: one.getProperties()?.toJavaScript(),
        diagnostic: one.getDiagnostic(),
      }));
    },
    /** The levels and rules of what is found, with the messages. */
    async findings(resource: Resource, wire: Json): Promise<string[]> {
      const request = asked(resource, wire);
      const answer = await ask<messages.AnalyzeResponse>((done) => client.analyze(request, done));
      return answer
        .getDiagnosticsList()
        .map((one) => `${levels[one.getEnforcementlevel()]} ${one.getPolicyname()} ${one.getMessage()}`);
    },
    async stop() {
      client.close();
      pack.kill("SIGINT");
      await once(pack, "exit");
      rmSync(kept, { recursive: true });
    },
  };
}

function asked({ type, name, urn, protect, parent }: Resource, wire: Json): messages.AnalyzeRequest {
  const request = new messages.AnalyzeRequest();
  const options = new messages.AnalyzerResourceOptions();
  options.setProtect(protect);
  options.setParent(parent?.urn ?? "");
  request.setType(type);
  request.setName(name);
  request.setUrn(urn);
  request.setProperties(struct.Struct.fromJavaScript(wire as never));
  request.setOptions(options);
  return request;
}
