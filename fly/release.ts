import { z } from "zod";
import type { FlyClient } from "./client.ts";

const Release = z.looseObject({ id: z.coerce.string(), version: z.int() });

/** A line in Fly's book of an app's releases: `version` counts the app's, whichever of its groups they are of. */
export type FlyRelease = z.infer<typeof Release>;

/** What a release is doing, or what became of it. */
export type ReleaseStatus = "running" | "complete" | "failed" | "interrupted";

/**
 * Writes a release into the app's book, which `fly releases` lists. It is bookkeeping and changes no machine (flyctl,
 * internal/uiex/releases.go). `definition` is the app's fly.toml as JSON, by which `fly deploy` goes where it finds no
 * file; with `null` it asks the machines (flyctl, internal/appconfig/remote.go).
 */
export const releaseCreate = async (
  fly: FlyClient,
  app: string,
  { image, strategy, definition }: { image: string; strategy: string; definition: unknown },
): Promise<FlyRelease> => {
  const { release } = await fly.send({
    operation: "Releases_create",
    does: `write a release of app "${app}" into Fly's book`,
    method: "POST",
    host: "api",
    path: "/api/v1/releases",
    subject: app,
    body: { app_name: app, image, strategy: strategy.toUpperCase(), definition },
    repeat: "unsent",
    answer: z.looseObject({ release: Release }),
  });
  return release;
};

/** Says in the app's book what became of a release. */
export const releaseUpdate = (fly: FlyClient, id: string, status: ReleaseStatus) =>
  fly.send({
    operation: "Releases_update",
    does: `write into Fly's book that release ${id} is ${status}`,
    method: "PATCH",
    host: "api",
    path: `/api/v1/releases/${id}`,
    body: { status },
    repeat: "always",
  });
