import { appAnswers as rule } from "../../policies/rules/app-answers.ts";
import { eachApp } from "./app.ts";
import { type Check, fail, pass } from "./check.ts";
import { answerOf, publicName, Silent } from "./public-name.ts";

/** Does `https://<app>.fly.dev` answer? What it answers is the app's business, as long as it is not that it is broken. */
export const appAnswers: Check = {
  name: "App Answers",
  rule,
  judge: (subject, signal) =>
    eachApp(async (app, fly) => {
      const url = await publicName(app, fly, subject, "https");
      if (typeof url !== "string") return url;
      try {
        const { status } = await answerOf(url, signal);
        const detail = `${url} answers ${status}`;
        return status < 500 ? pass(detail) : fail(`${detail}: \`fly logs --app ${app}\` has what the app says`);
      } catch (error) {
        if (error instanceof Silent) return fail(`${url} does not answer (${error.message})`);
        throw error;
      }
    })(subject, signal),
};
