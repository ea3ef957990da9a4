import { type Answer, appOf, type Call, isReachable, type JsonObject, text } from "../call.ts";
import { refuse } from "../errors.ts";
import { releaseView } from "../graphql/release.ts";
import { releaseId } from "../identifier.ts";
import type { Release } from "../record.ts";

// Fly's web API, which flyctl keeps its book of rollouts in (flyctl, internal/uiex/releases.go).

export const strategies = ["BLUEGREEN", "CANARY", "IMMEDIATE", "ROLLING", "ROLLING_ONE", "SIMPLE"];
const statuses = ["pending", "running", "complete", "failed", "interrupted"];

/** A release as Fly's web API has it: what GraphQL says of it, in other words. */
function webView(release: Release) {
  const { id, version, status, stable, inProgress, ...about } = releaseView(release);
  return {
    ...{ id, version, status, stable, in_progress: inProgress, strategy: about.deploymentStrategy },
    ...{ image_ref: about.imageRef, user: about.user.email, created_at: about.createdAt },
  };
}

/** Newest first. */
export const releasesOf = ({ world }: Pick<Call, "world">, app: string) =>
  world.releases.of(app).toSorted((a, b) => b.version - a.version);

export function releaseList(call: Call): Answer {
  const limit = Number(call.query.get("limit") ?? 25);
  if (!Number.isInteger(limit) || limit < 1) refuse("invalid", { what: "limit must be at least 1" });
  return { status: 200, body: { releases: releasesOf(call, appOf(call).name).slice(0, limit).map(webView) } };
}

/** The newest that is complete: assumed of how Fly picks it. */
export const currentOf = (call: Pick<Call, "world">, app: string) =>
  releasesOf(call, app).find(({ status }) => status === "complete");

export function releaseCurrent(call: Call): Answer {
  return { status: 200, body: webView(currentOf(call, appOf(call).name) ?? refuse("releaseMissing")) };
}

export function releaseCreate(call: Call): Answer {
  const { world, body } = call;
  const app = appOf({ ...call, params: { app: text(body, "app_name") ?? "" } });
  const release: Release = {
    id: releaseId(),
    app: app.name,
    version: (releasesOf(call, app.name)[0]?.version ?? 0) + 1,
    status: "pending",
    strategy: oneOf("strategy", text(body, "strategy") ?? "ROLLING", strategies),
    image: text(body, "image") ?? "",
    definition: definitionOf(body),
    createdAt: world.clock.now(),
  };
  world.releases.put(release);
  return { status: 201, body: { release: webView(release) } };
}

export function releaseUpdate(call: Call): Answer {
  const { world, body, caller, params } = call;
  const release = world.releases.get(params["id"] ?? "") ?? refuse("releaseMissing");
  const app = world.apps.get(release.app);
  if (app === undefined || !isReachable(caller, app)) refuse("forbidden");
  release.status = oneOf("status", text(body, "status"), statuses);
  world.releases.put(release);
  return { status: 200, body: webView(release) };
}

/** The app's fly.toml as JSON. Who has none sends null, or nothing. */
function definitionOf({ definition = null }: JsonObject): JsonObject | undefined {
  if (definition === null) return undefined;
  if (typeof definition === "object" && !Array.isArray(definition)) return definition as JsonObject;
  return refuse("invalid", { what: "definition must be an object" });
}

function oneOf(key: string, value: string | undefined, allowed: readonly string[]): string {
  if (value !== undefined && allowed.includes(value)) return value;
  return refuse("invalid", { what: `${key} must be one of ${allowed.join(", ")}` });
}
