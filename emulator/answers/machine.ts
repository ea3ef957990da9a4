import { z } from "zod";
import { type Answers, done, moment, nothing } from "./answer.ts";
import { config, incompleteConfig, overview } from "./machine-config.ts";

const id = z.string().regex(/^[0-9a-f]{14}$/);
const ulid = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);

/** Superfly/docs, machine-states. */
const state = z.enum([
  ...(["created", "started", "stopped", "suspended", "failed"] as const),
  ...(["creating", "starting", "stopping", "restarting", "suspending", "destroying"] as const),
  ...(["updating", "replacing", "launch_failed", "destroyed", "replaced", "migrated"] as const),
]);

const event = z.object({
  id: ulid,
  type: z.string(),
  status: z.string(),
  source: z.string(),
  timestamp: z.int(),
  request: z.object({}).optional(),
});

const checkStatus = z.object({
  name: z.string(),
  status: z.enum(["passing", "warning", "critical"]),
  output: z.string(),
  updated_at: moment,
});

const named = {
  id,
  name: z.string().min(1),
  state,
  region: z.string(),
  private_ip: z.string().startsWith("fdaa:"),
  instance_id: ulid,
  version: ulid,
  created_at: moment,
  updated_at: moment,
};

const machine = z
  .object({
    ...named,
    image_ref: z.object({
      registry: z.string(),
      repository: z.string(),
      tag: z.string(),
      digest: z.string(),
      labels: z.record(z.string(), z.string()),
    }),
    config: config.nullable(),
    incomplete_config: incompleteConfig.optional(),
    events: z.array(event),
    checks: z.array(checkStatus).optional(),
    cordoned: z.boolean(),
    host_status: z.enum(["ok", "unknown", "unreachable"]),
    nonce: z.string().optional(),
    lease: z.object({ description: z.string(), expires_at: z.int(), owner: z.string() }).optional(),
  })
  .refine((shown) => (shown.config === null) === (shown.incomplete_config !== undefined), {
    message: "a machine has config or incomplete_config",
  });

/** Without what a summary leaves out. */
const summary = z.object(named);

const lease = z.object({
  nonce: z.string(),
  expires_at: z.int(),
  owner: z.string(),
  description: z.string(),
  version: ulid,
});

/** The document has what is inside, the wire this around it (distilled, machineLeases). */
const enveloped = <T extends z.ZodType>(data: T) => z.object({ status: z.literal("success"), data });

const row = z.object({ ...named, app_name: z.string(), config: overview.optional() });

const verbs = "suspend restart signal stop cordon uncordon delete".split(" ");

export const machineAnswers: Answers = {
  ...Object.fromEntries(verbs.map((verb) => [`Machines_${verb}`, { 200: done }])),
  Machines_list: { 200: z.array(z.union([machine, summary])) },
  Machines_create: { 200: machine },
  Machines_show: { 200: machine },
  Machines_update: { 200: machine },
  // Not in the document (fly-go, MachineStartResponse).
  Machines_start: { 200: z.object({ previous_state: state, migrated: z.boolean(), new_host: z.string() }) },
  Machines_wait: { 200: z.object({ ok: z.literal(true), state, version: ulid, event_id: z.string() }) },
  Machines_list_events: { 200: z.array(event).max(50) },
  Machines_list_versions: { 200: z.array(z.object({ version: ulid, user_config: config })) },
  Machines_show_metadata: { 200: z.record(z.string(), z.string()) },
  Machines_update_metadata: { 204: nothing },
  Machines_get_metadata_key: { 200: z.object({ value: z.string() }) },
  Machines_upsert_metadata_key: { 204: nothing },
  Machines_delete_metadata: { 204: nothing },
  Machines_show_lease: { 200: enveloped(lease) },
  Machines_create_lease: { 201: enveloped(lease) },
  Machines_release_lease: { 200: enveloped(done) },
  Machines_org_list: {
    200: z.object({
      machines: z.array(row),
      next_cursor: z.string(),
      last_machine_id: z.string(),
      last_updated_at: z.string(),
      error_regions: z.array(z.string()),
    }),
  },
};
