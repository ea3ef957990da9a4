import { type Answer, appOf, type Call, text, whole } from "../call.ts";
import { refuse } from "../errors.ts";

// Fly's book of builds, which flyctl writes into even where it only looks an image up (flyctl, internal/uiex/builders.go). Nobody
// reads it here, so nothing of it is kept.

const endings = ["completed", "failed"];

const app = (call: Call) => appOf({ ...call, params: { app: text(call.body, "app_name") ?? "" } });

const view = (id: number, status: string) => ({ id, status, wallclock_time_ms: 0 });

export function buildCreate(call: Call): Answer {
  app(call);
  return { status: 200, body: view(call.world.nextNumber(), "started") };
}

export function buildFinish(call: Call): Answer {
  app(call);
  const id = whole(call.body, "build_id") ?? refuse("invalid", { what: "build_id is required" });
  const status = text(call.body, "status") ?? "";
  if (!endings.includes(status)) refuse("invalid", { what: `status must be one of ${endings.join(", ")}` });
  return { status: 200, body: view(id, status) };
}
