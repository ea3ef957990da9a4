import type {} from "@pulumi/policy";
import deserializer from "@pulumi/policy/deserialize.js";
import proxies from "@pulumi/policy/proxy.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";
import { unknown } from "../../policies/index.ts";

type Json = Record<string, unknown>;

// @pulumi/policy does not declare what of it is its own affair; here it is what our code meets when the CLI asks.
const { deserializeProperties, serializeProperties } = deserializer as unknown as {
  deserializeProperties(properties: unknown, keepSecrets: boolean): object;
  serializeProperties(properties: object): Promise<Json>;
};
const { unknownCheckingProxy } = proxies as unknown as { unknownCheckingProxy(properties: object): object };

/** How the engine writes an unknown value. */
export const unknownOnTheWire = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

// @pulumi/pulumi/runtime/rpc.js: what marks an object as one of Pulumi's own, and that one as a secret.
const [signature, secretSignature] = ["4dabf18193072939515e22adb298388d", "1b47061264138c4ac30d75fd1eb44270"];

/** How the engine writes a secret. */
export const secretOnTheWire = (value: unknown): Json => ({ [signature as string]: secretSignature, value });

/** Properties as the engine sends them: without `undefined`, and with its mark for what is unknown. */
export const toWire = (properties: unknown): Json =>
  JSON.parse(JSON.stringify(properties, (_, value: unknown) => (value === unknown ? unknownOnTheWire : value)));

/** What rules are shown of it: secrets in clear, and our marker for what is unknown. */
export function fromWire(value: unknown): unknown {
  if (value === unknownOnTheWire) return unknown;
  if (Array.isArray(value)) return value.map(fromWire);
  if (value === null || typeof value !== "object") return value;
  const entries = value as Json;
  if ((signature as string) in entries) return fromWire(entries["value"]);
  return Object.fromEntries(Object.entries(entries).map(([key, item]) => [key, fromWire(item)]));
}

/** Properties as the SDK hands them to a remediation. */
export const handedOver = (wire: Json): object =>
  unknownCheckingProxy(deserializeProperties(struct.Struct.fromJavaScript(wire as never), true));

/** What the SDK sends back of them. */
export const sentBack = async (properties: object): Promise<Json> => toWire(await serializeProperties(properties));

/** Every value that is no object, by the path on which a Reading finds it. */
export function leavesOf(value: unknown, path = ""): Record<string, unknown> {
  if (value === null || typeof value !== "object") return { [path]: value };
  const steps = Array.isArray(value)
    ? value.map((item, index) => [`[${index}]`, item] as const)
    : Object.entries(value).map(([key, item]) => [step(key, path), item] as const);
  return Object.assign({}, ...steps.map(([added, item]) => leavesOf(item, path + added)));
}

const step = (key: string, path: string) =>
  /^[A-Za-z_$][\w$]*$/.test(key) ? `${path === "" ? "" : "."}${key}` : `[${JSON.stringify(key)}]`;
