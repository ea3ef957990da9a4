import { tokenSet as rule } from "../../policies/rules/token-set.ts";
import { type Check, fail, pass } from "./check.ts";

/** Is there a token to ask Fly with? Whether Fly accepts it is the business of {@link flyApi}. */
export const tokenSet: Check = {
  name: "API Token Set",
  rule,
  judge: async ({ token }) => {
    if (token === undefined) {
      return fail(
        "neither FLY_API_TOKEN nor FLY_ACCESS_TOKEN is set. Make one with `fly tokens create deploy` or `fly tokens create org` and set FLY_API_TOKEN; for the local Fly use --local",
      );
    }
    if (/[^\x20-\x7e]/.test(token.value)) {
      return fail(
        `the token from ${token.from} holds a line break or another character that no token has: paste it again, on one line`,
      );
    }
    return pass(`taken from ${token.from}`);
  },
};
