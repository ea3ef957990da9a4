import type { Answer, Call } from "../call.ts";
import { refuse } from "../errors.ts";
import { organizationView } from "../graphql/view.ts";
import { isOurs } from "./app.ts";

/** An organisation as Fly's web API has it, where flyctl asks before it runs a machine (flyctl, internal/uiex/organizations.go). */
function webView(call: Call) {
  const { id, name, slug, rawSlug, internalNumericId, ...about } = organizationView(call);
  return {
    ...{ id, name, slug, raw_slug: rawSlug, internal_numeric_id: Number(internalNumericId) },
    ...{ paid_plan: about.paidPlan, billable: about.billable, billing_status: about.billingStatus },
    ...{
      provisions_beta_extensions: about.provisionsBetaExtensions,
      personal: false,
      remote_builder_image: about.remoteBuilderImage,
    },
  };
}

export const organizationList = (call: Call): Answer => ({ status: 200, body: { organizations: [webView(call)] } });

export function organizationShow(call: Call): Answer {
  if (!isOurs(call.params["org"] ?? "", call)) refuse("orgWebMissing");
  return { status: 200, body: { organization: webView(call) } };
}
