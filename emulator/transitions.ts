import type { Durations } from "./profile.ts";

/** A state that comes by itself, after as long as that takes. */
export type Step = readonly [state: string, after: keyof Durations];

/** The state a change begins in, and what it becomes by itself. */
export interface Journey {
  readonly now: string;
  readonly steps: readonly Step[];
}

/** What a machine goes through (superfly/docs, machine-states). */
export const machineJourneys = {
  launch: {
    now: "created",
    steps: [
      ["starting", "pull"],
      ["started", "boot"],
    ],
  },
  /** Created with skip_launch: settles once its image is there. */
  prepare: { now: "created", steps: [["stopped", "pull"]] },
  start: { now: "starting", steps: [["started", "boot"]] },
  resume: { now: "starting", steps: [["started", "resume"]] },
  stop: { now: "stopping", steps: [["stopped", "stop"]] },
  suspend: { now: "suspending", steps: [["suspended", "suspend"]] },
  restart: {
    now: "restarting",
    steps: [
      ["starting", "stop"],
      ["started", "boot"],
    ],
  },
  /** An update of what runs. It reads as stopped on the way (cubepals). */
  replace: {
    now: "replacing",
    steps: [
      ["stopped", "stop"],
      ["starting", "pull"],
      ["started", "boot"],
    ],
  },
  /** An update of what does not run leaves it so (hexclave, pull request 2060). */
  revise: { now: "updating", steps: [["stopped", "pull"]] },
  /** An update with skip_launch of what runs. */
  shelve: {
    now: "replacing",
    steps: [
      ["created", "stop"],
      ["stopped", "pull"],
    ],
  },
  destroy: { now: "destroying", steps: [["destroyed", "destroy"]] },
} as const satisfies Record<string, Journey>;

export type MachineJourney = keyof typeof machineJourneys;

/** What a volume goes through. */
export const volumeJourneys = {
  restore: {
    now: "restoring",
    steps: [
      ["hydrating", "restore"],
      ["created", "restore"],
    ],
  },
  delete: {
    now: "waiting_for_detach",
    steps: [
      ["pending_destroy", "detach"],
      ["destroyed", "retain"],
    ],
  },
} as const satisfies Record<string, Journey>;

/** What a snapshot goes through. */
export const snapshotJourney = {
  now: "waiting",
  steps: [
    ["running", "snapshot"],
    ["created", "snapshot"],
  ],
} as const satisfies Journey;

/** What Fly's own certificate goes through once DNS is right. */
export const certificateJourney = {
  now: "pending_validation",
  steps: [["active", "issue"]],
} as const satisfies Journey;

/** What a Postgres cluster goes through. */
export const clusterJourneys = {
  create: {
    now: "creating",
    steps: [
      ["initializing", "clusterStep"],
      ["ready", "clusterStep"],
    ],
  },
  fail: {
    now: "creating",
    steps: [
      ["initializing", "clusterStep"],
      ["failed", "clusterStep"],
    ],
  },
  delete: { now: "deleting", steps: [["deleted", "clusterGone"]] },
} as const satisfies Record<string, Journey>;

/** States of a volume that is as good as gone. */
export const goneVolumeStates: readonly string[] = [
  "scheduling_destroy",
  "fork_cleanup",
  "waiting_for_detach",
  "pending_destroy",
  "destroying",
  "destroyed",
];

/** Only these may be destroyed without force. */
export const destroyableStates: readonly string[] = ["stopped", "suspended", "failed", "launch_failed", "created"];
