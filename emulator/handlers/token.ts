import type { Answer } from "../call.ts";
import { localOrg } from "../state.ts";

/** What the token is for: here always the whole of the one organisation. */
export function tokenCurrent(): Answer {
  const token = {
    token_id: "1",
    organization: localOrg.name,
    org_slug: localOrg.slug,
    apps: [],
    user: "",
    restricted_to_machine: "",
    source_machine_id: "",
  };
  return { status: 200, body: { tokens: [token] } };
}
