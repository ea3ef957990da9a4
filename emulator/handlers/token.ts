import type { Answer, Call } from "../call.ts";
import { localOrg } from "../state.ts";

/** What the caller's token is for. */
export function tokenCurrent({ caller }: Call): Answer {
  const token = {
    token_id: caller.tokenId,
    organization: caller.org === localOrg.slug ? localOrg.name : caller.org,
    org_slug: caller.org,
    apps: caller.app === undefined ? [] : [caller.app],
    user: "",
    restricted_to_machine: "",
    source_machine_id: "",
  };
  return { status: 200, body: { tokens: [token] } };
}
