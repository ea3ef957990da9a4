import { redirectAnswers as rule } from "../../policies/rules/redirect-answers.ts";
import { eachApp } from "./app.ts";
import { type Check, fail, pass } from "./check.ts";
import { answerOf, publicName, Silent } from "./public-name.ts";

/** Is plain http answered with the way to https? */
export const redirectAnswers: Check = {
  name: "HTTPS Redirect",
  rule,
  judge: (subject, signal) =>
    eachApp(async (app, fly) => {
      const url = await publicName(app, fly, subject, "http");
      if (typeof url !== "string") return url;
      try {
        const answer = await answerOf(url, signal);
        const to = answer.headers.get("location") ?? "";
        const leads = answer.status >= 300 && answer.status < 400 && URL.parse(to, url)?.protocol === "https:";
        if (leads) return pass(`${url} is redirected to https (${answer.status})`);
        return fail(`${url} answers ${answer.status} in the clear, and not with the way to https`);
      } catch (error) {
        if (error instanceof Silent) return fail(`${url} does not answer (${error.message})`);
        throw error;
      }
    })(subject, signal),
};
