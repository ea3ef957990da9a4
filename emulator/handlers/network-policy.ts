import { z } from "zod";
import { type Answer, appOf, type Call, read, text } from "../call.ts";
import { refuse } from "../errors.ts";
import { networkPolicyId } from "../identifier.ts";
import type { NetworkPolicy } from "../record.ts";

/** As Fly's guide has it (superfly/docs, network-policies); it is not in Fly's OpenAPI document. What is unknown is ignored. */
const policy = z.object({
  name: z.string().min(1),
  selector: z.object({
    all: z.boolean().optional(),
    machines: z.array(z.object({ id: z.string() })).optional(),
    metadata: z.record(z.string(), z.string()).optional(),
  }),
  rules: z.array(
    z.object({
      action: z.literal("allow"),
      direction: z.enum(["ingress", "egress"]),
      ports: z.array(z.object({ protocol: z.enum(["tcp", "udp"]), port: z.int().min(1).max(65_535) })),
    }),
  ),
});

const policyView = ({ id, name, selector, rules }: NetworkPolicy) => ({ id, name, selector, rules });

/** The guide does not show the answer. A bare list, as of machines and volumes: assumed. */
export function networkPolicyList(call: Call): Answer {
  return { status: 200, body: call.world.networkPolicies.of(appOf(call).name).map(policyView) };
}

/** Makes a policy, or changes the one whose id comes along. */
export function networkPolicyCreate(call: Call): Answer {
  const app = appOf(call);
  const { world, body } = call;
  const given = text(body, "id");
  const before = given === undefined ? undefined : policyOf(call, app.name, given);
  const id = before?.id ?? networkPolicyId();
  const made: NetworkPolicy = {
    ...read(policy, body),
    id,
    app: app.name,
    createdAt: before?.createdAt ?? world.clock.now(),
  };
  if (before !== undefined) world.networkPolicies.drop(before);
  world.networkPolicies.put(made);
  return { status: 200, body: policyView(made) };
}

/** Its status is as of an address taken away: assumed. */
export function networkPolicyDelete(call: Call): Answer {
  const app = appOf(call);
  call.world.networkPolicies.drop(policyOf(call, app.name, call.params["id"] ?? ""));
  return { status: 204 };
}

function policyOf({ world }: Call, app: string, id: string): NetworkPolicy {
  const found = world.networkPolicies.get(id);
  return found?.app === app ? found : refuse("networkPolicyMissing");
}
