import { refuse } from "../errors.ts";
import { isOurs } from "../handlers/app.ts";
import { email } from "../token.ts";
import { type Asking, connection, organizationId, organizationView, type Wanted } from "./view.ts";

export function organization(asking: Asking, { id, slug }: { id?: string; slug?: string }) {
  const isMine = id === undefined ? isOurs(slug ?? "", asking) : id === organizationId(asking.caller.org);
  if (!isMine) refuse("graphqlOrgMissing");
  return organizationView(asking);
}

/** The one that a token is for; among those that it may do anything in, not where it is for less than all of it. */
export function organizations(asking: Asking, { admin, ...wanted }: Wanted & { admin?: boolean | null }) {
  const mine = organizationView(asking);
  return connection(admin && mine.viewerRole !== "admin" ? [] : [mine], wanted);
}

/** Who asks. Behind a token of the local Fly is nobody, so it is the token itself and no user. */
export const viewer = () => ({ __typename: "Macaroon", email, name: null });
