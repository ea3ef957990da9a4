import { Metadata, type ServiceError } from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import provider from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";
import any from "google-protobuf/google/protobuf/any_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct from "google-protobuf/google/protobuf/struct_pb.js";

export { empty, messages, plugin, provider };

/** A plain object as the engine's struct. */
export const toStruct = (value: Record<string, unknown>) =>
  struct.Struct.fromJavaScript(value as Parameters<typeof struct.Struct.fromJavaScript>[0]);

/** The engine's struct as a plain object. */
export const fromStruct = (value: InstanceType<typeof struct.Struct> | undefined): Record<string, unknown> =>
  (value?.toJavaScript() ?? {}) as Record<string, unknown>;

const grpcUnknown = 2;

/** An error whose text the CLI prints as it stands. */
export const plainError = (message: string): Partial<ServiceError> => ({ code: grpcUnknown, details: message });

/**
 * The error by which a provider says that a resource exists in part: the engine stores id and properties (and a Read's
 * inputs), prints the reasons, and calls Update on the next run whatever Diff says.
 */
export function halfMadeError(
  id: string,
  properties: Record<string, unknown>,
  reason: string,
  inputs?: Record<string, unknown>,
): Partial<ServiceError> {
  const detail = new messages.ErrorResourceInitFailed();
  detail.setId(id);
  detail.setProperties(toStruct(properties));
  if (inputs !== undefined) detail.setInputs(toStruct(inputs));
  detail.setReasonsList([reason]);
  const packed = new any.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const rpcStatus = new status.Status();
  rpcStatus.setCode(grpcUnknown);
  rpcStatus.setMessage(reason);
  rpcStatus.addDetails(packed);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(rpcStatus.serializeBinary()));
  return { code: grpcUnknown, details: reason, metadata };
}
