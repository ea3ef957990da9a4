import { refuse } from "../errors.ts";
import { isOurs } from "../handlers/app.ts";
import { email } from "../token.ts";
import { type Asking, connection, organizationId, organizationView } from "./view.ts";

export function organization(asking: Asking, { id, slug }: { id?: string; slug?: string }) {
  const isMine = id === undefined ? isOurs(slug ?? "", asking) : id === organizationId(asking.caller.org);
  if (!isMine) refuse("graphqlOrgMissing");
  return organizationView(asking);
}

export const organizations = (asking: Asking) => connection([organizationView(asking)]);

/** Who asks. Behind a token of the local Fly is nobody, so it is the token itself and no user. */
export const viewer = () => ({ __typename: "Macaroon", email, name: null });
