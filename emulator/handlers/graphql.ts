import { type ExecutionResult, execute, type GraphQLError, validate } from "graphql";
import type { Answer, Call, JsonObject } from "../call.ts";
import { Refused, refuse } from "../errors.ts";
import { allocateIpAddress, releaseIpAddress } from "../graphql/allocation.ts";
import { app, appNameAvailable, apps, canPerformBluegreenDeployment } from "../graphql/app.ts";
import type { GraphqlOperation } from "../graphql/operations.ts";
import { organization, organizations, viewer } from "../graphql/organization.ts";
import { latestImageDetails, platform } from "../graphql/platform.ts";
import { documentOf, operationNameOf } from "../graphql/request.ts";
import { schema } from "../graphql/schema.ts";
import { createLimitedAccessToken, deleteLimitedAccessToken } from "../graphql/token.ts";
import type { Asking } from "../graphql/view.ts";
import { volume } from "../graphql/volume.ts";
import { nobody } from "../token.ts";

/** What answers each root field. Introspection is none of them, and needs no token (behaviour 162). */
const fields = {
  app,
  appNameAvailable,
  apps,
  canPerformBluegreenDeployment,
  latestImageDetails,
  organization,
  organizations,
  platform,
  viewer,
  volume,
  allocateIpAddress,
  createLimitedAccessToken,
  deleteLimitedAccessToken,
  releaseIpAddress,
} satisfies Record<GraphqlOperation, unknown>;

/** Answers a GraphQL call: always 200, with what went wrong among the errors. */
export async function graphqlAnswer({ world, caller, body }: Call): Promise<Answer> {
  const result = await resultOf({ world, caller }, body);
  const bug = result.errors?.find(({ originalError: from }) => from !== undefined && !(from instanceof Refused));
  if (bug?.originalError !== undefined && !isGraphqls(bug.originalError)) throw bug.originalError;
  return { status: 200, body: { ...result, ...(result.errors && { errors: result.errors.map(errorView) }) } };
}

async function resultOf(asking: Asking, body: JsonObject): Promise<ExecutionResult> {
  try {
    const document = documentOf(body);
    const errors = validate(schema, document);
    if (errors.length > 0) return { errors };
    return await execute({
      schema,
      document,
      rootValue: rootOf(asking),
      variableValues: body["variables"] as JsonObject | null,
      operationName: operationNameOf(body),
    });
  } catch (error) {
    if (!isGraphqls(error)) throw error;
    return { errors: [error] };
  }
}

const isGraphqls = (error: unknown): error is GraphQLError => (error as Error).name === "GraphQLError";

const rootOf = (asking: Asking) =>
  Object.fromEntries(
    Object.entries(fields).map(([name, answer]) => [
      name,
      (args: never) => (asking.caller === nobody ? refuse("graphqlBadToken") : answered(answer(asking, args), args)),
    ]),
  );

/** With the mark that a client put on its mutation, which Fly's every payload gives back. */
function answered(answer: unknown, { input }: { input?: { clientMutationId?: string } }) {
  return input === undefined ? answer : { ...(answer as object), clientMutationId: input.clientMutationId };
}

function errorView(error: GraphQLError) {
  const { message, locations, path, originalError } = error;
  const from = originalError instanceof Refused ? (originalError.body as Record<string, string>) : undefined;
  return {
    message,
    locations,
    path,
    ...(from === undefined ? {} : { extensions: { code: from["code"] ?? "UNPROCESSABLE" } }),
  };
}
