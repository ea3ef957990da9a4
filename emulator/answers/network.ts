import { z } from "zod";
import { type Answers, moment, nothing } from "./answer.ts";

const address = z.object({
  ip: z.string().min(1),
  region: z.string(),
  service_name: z.string(),
  shared: z.boolean(),
  created_at: moment,
  network: z.object({ name: z.string(), org_slug: z.string() }).nullable(),
  egress: z.boolean(),
});

/** Two at once: the address itself is null then. */
const pair = z.object({ ...address.shape, ip: z.null(), ip_pair: z.object({ v4: z.string(), v6: z.string() }) });

// Not in the document (superfly/docs, network-policies).
const policy = z.object({
  id: z.string().min(1),
  name: z.string(),
  selector: z.object({
    all: z.boolean().optional(),
    machines: z.array(z.object({ id: z.string() })).optional(),
    metadata: z.record(z.string(), z.string()).optional(),
  }),
  rules: z.array(
    z.object({
      action: z.literal("allow"),
      direction: z.enum(["ingress", "egress"]),
      ports: z.array(z.object({ protocol: z.string(), port: z.int() })),
    }),
  ),
});

export const networkAnswers: Answers = {
  IPAssignments_list: { 200: z.object({ ips: z.array(address) }) },
  IPAssignments_create: { 200: z.union([address, pair]) },
  IPAssignments_delete: { 204: nothing },
  NetworkPolicies_list: { 200: z.array(policy) },
  NetworkPolicies_create: { 200: policy },
  NetworkPolicies_delete: { 204: nothing },
};
