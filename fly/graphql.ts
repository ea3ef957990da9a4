import { z } from "zod";
import type { Call, FlyClient } from "./client.ts";
import { FlyError, type FlyErrorKind } from "./errors.ts";

/** One call of Fly's GraphQL API. */
export interface GraphQLCall<T> extends Pick<Call<T>, "does" | "repeat" | "subject" | "confidential"> {
  /** The document's root field. A document has one, so that either it happened or it did not. */
  operation: string;
  /** A query or a mutation. */
  document: string;
  variables: Record<string, unknown>;
  /** What is used of the root field's answer. */
  answer: z.ZodType<T>;
}

const Reply = z.looseObject({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(z.looseObject({ message: z.string(), extensions: z.looseObject({ code: z.string().nullish() }).nullish() }))
    .nullish()
    .transform((errors) => errors ?? []),
});
type Reply = z.infer<typeof Reply>;

/** Makes the call, or throws a {@link FlyError}: GraphQL says what went wrong in an answer of 200. */
export async function query<T>(fly: FlyClient, call: GraphQLCall<T>): Promise<T> {
  const { operation, does, repeat, subject, confidential, document, variables } = call;
  const reads = !/^\s*mutation\b/.test(document);
  const reply = await fly.send({
    operation,
    does,
    method: "POST",
    host: "api",
    path: "/graphql",
    body: { query: document, variables },
    repeat,
    reads,
    subject,
    confidential,
    answer: Reply,
  });
  const found = reply.data?.[operation];
  if (reply.errors.length > 0) throw refusal(fly, call, reply, reads || found === null || found === undefined);
  const answer = call.answer.safeParse(found);
  if (answer.success) return answer.data;
  const [issue] = answer.error.issues;
  const where = [operation, ...(issue?.path ?? [])].join(".");
  const what = `Fly answered with what cannot be read (${where}: ${issue?.message})`;
  // Something was answered to a change, so it probably happened.
  throw new FlyError(reads ? "server" : "uncertain", does, what, 200);
}

/** @param isUndone - whether nothing can have changed: no data stands beside the errors */
function refusal(fly: FlyClient, call: GraphQLCall<unknown>, { errors }: Reply, isUndone: boolean): FlyError {
  const code = errors[0]?.extensions?.code ?? undefined;
  const said = fly.conceal(errors.map(({ message }) => message).join("; "), call.confidential);
  const kind = kindOf(code, said);
  const isUncertain = !isUndone || (kind === "server" && call.repeat === "unsent");
  return new FlyError(isUncertain ? "uncertain" : kind, call.does, `Fly answered ${code ?? "an error"}: ${said}`, 200);
}

/** The codes of Fly's (flyctl's tests) and of graphql-ruby. One nobody knows means that Fly refused. */
const kinds: Record<string, FlyErrorKind> = {
  UNAUTHORIZED: "unauthorized",
  UNAUTHENTICATED: "unauthorized",
  FORBIDDEN: "forbidden",
  NOT_FOUND: "not-found",
  CONFLICT: "conflict",
  UNPROCESSABLE: "invalid",
  TOO_MANY_REQUESTS: "rate-limited",
  RATE_LIMITED: "rate-limited",
  SERVER_ERROR: "server",
  INTERNAL_SERVER_ERROR: "server",
};

const kindOf = (code: string | undefined, said: string): FlyErrorKind =>
  kinds[code ?? ""] ??
  (/could not find/i.test(said) ? "not-found" : /rate limit/i.test(said) ? "rate-limited" : "invalid");
