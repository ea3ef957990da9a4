import type { Output } from "@pulumi/pulumi/output.js";
import { setAllConfig } from "@pulumi/pulumi/runtime/config.js";
import { type MockMonitor, setMocks } from "@pulumi/pulumi/runtime/mocks.js";
import * as settingsOfPulumi from "@pulumi/pulumi/runtime/settings.js";

// What Pulumi itself waits for when a program has ended; its types leave it out.
const { waitForRPCs } = settingsOfPulumi as unknown as { waitForRPCs(): Promise<void> };

/** What a program asked the engine to register. */
export interface Registered {
  type: string;
  name: string;
  /** Inputs as the provider would get them, secrets opened. */
  inputs: Record<string, unknown>;
  /** What a component says of itself in the end, as rules are shown it: secrets opened. */
  outputs?: Record<string, unknown>;
  /** Dotted paths of the inputs that were marked secret. */
  secrets: string[];
  protect: boolean;
  /** Name of the parent, empty for none. */
  parent: string;
  /** Names of the resources it waits for. */
  dependsOn: string[];
}

interface Settings {
  config?: Record<string, string>;
  secretKeys?: string[];
  project?: string;
  stack?: string;
  preview?: boolean;
}

/** Runs a program with Pulumi's own stand-in for the engine and answers what it registered, in order. */
export async function run(program: () => unknown, settings: Settings = {}): Promise<Registered[]> {
  const { config = {}, secretKeys = [], project = "airworthy-shop", stack = "dev", preview = false } = settings;
  const registered: Registered[] = [];
  await setMocks(
    {
      newResource: ({ name, type, inputs }) => ({ id: `${name}-id`, state: { ...inputs, ...answered(type, inputs) } }),
      call: () => ({}),
    },
    project,
    stack,
    preview,
  );
  setAllConfig(config, secretKeys);
  record(settingsOfPulumi.getMonitor() as unknown as MockMonitor, registered);
  await program();
  await waitForRPCs();
  return registered;
}

const addresses = { v6: "2a09:8280:1::1", shared_v4: "66.241.124.1", private_v6: "fdaa:0:1::3" };

/** What Fly would add to the inputs. */
function answered(type: string, inputs: Record<string, unknown>): Record<string, unknown> {
  if (type.endsWith(":App")) return { hostname: `${inputs["name"]}.fly.dev` };
  if (type.endsWith(":Secrets")) return { version: 7, digests: {} };
  if (type.endsWith(":IpAddress")) return { ip: addresses[inputs["type"] as keyof typeof addresses] };
  if (type.endsWith(":DeployToken")) return { token: "FlyV1 fm2_of_the_app" };
  if (type === "docker-build:index:Image") return { digest: `sha256:${"b".repeat(64)}` };
  if (type.endsWith(":Certificate")) return { dnsRecords: [{ type: "A", name: inputs["hostname"] }] };
  if (type.endsWith(":ManagedPostgres")) return postgres;
  if (type.endsWith(":ManagedPostgresUser")) {
    return { connectionString: `postgresql://${inputs["username"]}@pooler/${inputs["database"] ?? "fly-db"}` };
  }
  if (!type.endsWith(":ProcessGroup")) return {};
  const slots = inputs["slots"] as { name: string }[];
  return { machineIds: slots.map(({ name }) => `${inputs["name"]}-${name}`), release: { version: 1, image: "" } };
}

const postgres = {
  standbys: 1,
  endpoints: { pooler: { host: "pooler", port: 5432 }, direct: { host: "direct", port: 5432 } },
  connectionString: "postgresql://fly-user@pooler:5432/fly-db",
  directConnectionString: "postgresql://fly-user@direct:5432/fly-db",
};

function record(monitor: MockMonitor, registered: Registered[]) {
  const original = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) => {
    const sent = request.getObject().toJavaScript();
    registered.push({
      type: request.getType(),
      name: request.getName(),
      inputs: opened(sent) as Record<string, unknown>,
      secrets: secretPaths(sent),
      protect: request.getProtect(),
      parent: nameOf(request.getParent()),
      dependsOn: request.getDependenciesList().map(nameOf),
    });
    return original(request, callback);
  };
  const finish = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResourceOutputs = (request, callback) => {
    const component = registered.find(({ type, name }) => request.getUrn().endsWith(`${type}::${name}`));
    if (component !== undefined) {
      component.outputs = opened(request.getOutputs().toJavaScript()) as Record<string, unknown>;
    }
    return finish(request, callback);
  };
}

const nameOf = (urn: string) => urn.split("::").at(-1) ?? "";

// How Pulumi marks a secret on the wire (sdk/go/common/resource/plugin, "Secrets").
const signature = "4dabf18193072939515e22adb298388d";
const isSecret = (value: object): value is { value: unknown } =>
  (value as Record<string, unknown>)[signature] === "1b47061264138c4ac30d75fd1eb44270";

function opened(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return opened(value.value);
  if (Array.isArray(value)) return value.map(opened);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, opened(each)]));
}

function secretPaths(value: unknown, path: string[] = []): string[] {
  if (typeof value !== "object" || value === null) return [];
  if (isSecret(value)) return [path.join(".")];
  return Object.entries(value).flatMap(([key, each]) => secretPaths(each, [...path, key]));
}

/** The value of an output once it is known. */
export const resolved = <T>(output: Output<T>) => new Promise<T>((resolve) => output.apply(resolve));
