import { z } from "zod";
import { type Answers, nothing } from "./answer.ts";

const app = z.object({
  id: z.string().min(1),
  internal_numeric_id: z.int(),
  name: z.string().min(1),
  status: z.enum(["pending", "deployed", "suspended"]),
  machine_count: z.int(),
  volume_count: z.int(),
  network: z.string(),
  network_cidr: z.string().optional(),
  organization: z.object({ internal_numeric_id: z.int(), name: z.string(), slug: z.string() }),
});

export const appAnswers: Answers = {
  Apps_list: { 200: z.object({ apps: z.array(app), total_apps: z.int(), next_cursor: z.string().optional() }) },
  Apps_create: { 201: app.partial().extend({ id: z.string().min(1), created_at: z.int() }) },
  Apps_show: { 200: app },
  Apps_delete: { 202: nothing },
  App_create_deploy_token: { 200: z.object({ token: z.string().min(1) }) },
};
