import { z } from "zod";
import { type Lifecycle, marked } from "./lifecycle.ts";
import { lifecycles } from "./registry.ts";

/** The Pulumi package schema, made from the same zod schemas that check a program's arguments. */
export function packageSchema(version: string) {
  return {
    name: "airworthy",
    displayName: "Airworthy",
    version,
    description: "Production-ready Fly.io apps",
    // What `pulumi import` writes is for the package as it is here.
    language: { nodejs: { packageName: "airworthy" } },
    config: {
      variables: {
        token: { type: "string", secret: true, description: "Fly token" },
        org: { type: "string", description: "Organisation slug for new apps" },
        flapsUrl: { type: "string", description: "Base address of the Machines API" },
        apiUrl: { type: "string", description: "Base address of the GraphQL and web API" },
        local: { type: "boolean", description: "Use the local Fly" },
        pins: { type: "string", description: "Releases at which groups are held, as JSON: <app>/<group> and a number" },
      },
    },
    resources: Object.fromEntries(lifecycles.map((lifecycle) => [lifecycle.token, resourceSchema(lifecycle)])),
  };
}

function resourceSchema(lifecycle: Lifecycle) {
  const inputs = jsonSchema(lifecycle.inputs);
  const outputs = jsonSchema(lifecycle.outputs);
  return {
    inputProperties: inputs.properties,
    requiredInputs: inputs.required,
    properties: { ...inputs.properties, ...outputs.properties },
    required: [...inputs.required, ...marked(lifecycle.outputs, "stable")],
  };
}

function jsonSchema(schema: z.ZodObject) {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  return {
    properties: Object.fromEntries(Object.entries(properties).map(([name, type]) => [name, pulumiType(type)])),
    required,
  };
}

/** Pulumi's schema has no inline objects; nested ones are `any` to generated SDKs, and typed in `resources/`. */
function pulumiType(schema: unknown): Record<string, unknown> {
  const { type, items, description, replaceOnChanges, secret } = schema as Record<string, unknown>;
  const marks = {
    ...(description ? { description } : {}),
    ...(replaceOnChanges ? { replaceOnChanges } : {}),
    ...(secret ? { secret } : {}),
  };
  if (type === "array") return { type, items: pulumiType(items ?? {}), ...marks };
  if (typeof type === "string" && type !== "object") return { type, ...marks };
  return { $ref: "pulumi.json#/Any", ...marks };
}
