import type { Answers } from "./answers/answer.ts";
import { appAnswers } from "./answers/app.ts";
import { certificateAnswers } from "./answers/certificate.ts";
import { machineAnswers } from "./answers/machine.ts";
import { networkAnswers } from "./answers/network.ts";
import { platformAnswers } from "./answers/platform.ts";
import { postgresAnswers } from "./answers/postgres.ts";
import { secretAnswers } from "./answers/secret.ts";
import { tokenAnswers } from "./answers/token.ts";
import { volumeAnswers } from "./answers/volume.ts";
import { webAnswers } from "./answers/web.ts";
import type { Answer } from "./call.ts";
import { refuse } from "./errors.ts";
import { graphqlOperations } from "./graphql/operations.ts";

/** What each operation may answer. */
export const answers: Answers = {
  ...appAnswers,
  ...certificateAnswers,
  ...machineAnswers,
  ...networkAnswers,
  ...platformAnswers,
  ...postgresAnswers,
  ...secretAnswers,
  ...tokenAnswers,
  ...volumeAnswers,
  ...webAnswers,
};

/** Refuses an answer that Fly would not give: the local Fly is wrong then, and its caller is not to blame. */
export function checkAnswer(operation: string, { status, body }: Answer): void {
  const wrong = (place: string, what: string): never => refuse("answerWrong", { operation, place, what });
  const schema = answers[graphqlOperations.has(operation) ? "GraphQL" : operation]?.[status];
  // As it is sent: what is undefined is not.
  const sent = body === undefined ? undefined : JSON.parse(JSON.stringify(body));
  if (schema === undefined) wrong("status", `${status} is none of its statuses`);
  const issue = schema?.safeParse(sent).error?.issues[0];
  if (issue !== undefined) wrong(issue.path.map(String).join(".") || "body", issue.message);
}
