import { z } from "zod";
import { appName, integer, region, replaces } from "../input.ts";
import { machineConfig, minSecretsVersion, raw, waitTimeout } from "../machine/schema.ts";

const slot = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,40}$/, "must be at most 40 lowercase letters, digits and dashes"),
  region,
  volume: z.string().optional(),
  keepRunning: z.boolean().optional(),
  fallbackRegions: z.array(region).optional(),
});

const shareText = 'must be a whole number from 1, or a share such as "33%"';
const share = z.union(
  [z.int(shareText).min(1, shareText), z.string().regex(/^([1-9][0-9]?|100)%$/, shareText)],
  shareText,
);

const strategies = ["rolling", "canary", "bluegreen", "immediate"] as const;
export type Strategy = (typeof strategies)[number];

const deploy = z.strictObject({
  strategy: z
    .enum(strategies, `must be one of ${strategies.map((strategy) => `"${strategy}"`).join(", ")}`)
    .default("rolling"),
  maxUnavailable: share.default("33%"),
  waitTimeout,
  onFailure: z.enum(["rollback", "pause"], 'must be "rollback" or "pause"').default("rollback"),
  releaseCommand: z.array(z.string()).min(1, "must name a command").optional(),
  hostFailure: z.enum(["fail", "replace-from-snapshot"], 'must be "fail" or "replace-from-snapshot"').default("fail"),
  keepReleases: integer(1, 50).default(10),
});

/** What a group is declared by. */
export const groupInputs = z.strictObject({
  app: appName.meta({ ...replaces, description: "App the machines belong to." }),
  name: z
    .string()
    .regex(/^[a-z0-9_-]{1,40}$/, "must be at most 40 lowercase letters, digits, dashes and underscores")
    .meta({ ...replaces, description: "Name of the process group." }),
  slots: z.array(slot).min(1, "must have at least one machine").meta({ description: "The machines." }),
  config: machineConfig.meta({ description: "What every machine runs." }),
  deploy: deploy.prefault({}).meta({ description: "How a change is rolled out." }),
  minSecretsVersion,
  raw,
});

/** `pin` is the release at which the stack's configuration holds the group. No program can say it: it is no property. */
export type GroupInputs = z.output<typeof groupInputs> & { pin?: number };
export type SlotInputs = GroupInputs["slots"][number];

/** What a group has beyond its inputs. `observed` is each machine's config as Fly echoed it after the last write. */
export const groupOutputs = z.object({
  machineIds: z.array(z.string()),
  machines: z.record(z.string(), z.unknown()),
  release: z.object({ version: z.int(), image: z.string() }),
  observed: z.record(z.string(), z.unknown()).meta({ secret: true }),
  releases: z.array(z.unknown()).meta({ secret: true }),
});
