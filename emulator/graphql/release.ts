import { rfc3339 } from "../clock.ts";
import type { Release } from "../record.ts";
import { user } from "./view.ts";

/** A release, in both spellings of Fly's: it keeps no config, and the words beside it are assumed. */
export const releaseView = <R extends Release | undefined>(release: R) =>
  release && {
    id: release.id,
    version: release.version,
    status: release.status,
    stable: release.status === "complete",
    inProgress: release.status === "pending" || release.status === "running",
    deploymentStrategy: release.strategy,
    imageRef: release.image,
    createdAt: rfc3339(release.createdAt),
    ...{ description: "Release", reason: "", user, evaluationId: null, configDefinition: null },
  };
