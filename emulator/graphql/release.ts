import { rfc3339 } from "../clock.ts";
import type { Release } from "../record.ts";
import { user } from "./view.ts";

/** A release as GraphQL has it. The words beside it are assumed. */
export const releaseView = (release: Release) => ({
  id: release.id,
  version: release.version,
  status: release.status,
  stable: release.status === "complete",
  inProgress: release.status === "pending" || release.status === "running",
  deploymentStrategy: release.strategy,
  imageRef: release.image,
  createdAt: rfc3339(release.createdAt),
  // The fly.toml it was made with, by which flyctl knows an app it has no file of (flyctl, internal/appconfig/remote.go).
  configDefinition: release.definition ?? null,
  ...{ description: "Release", reason: "", user, evaluationId: null },
});
