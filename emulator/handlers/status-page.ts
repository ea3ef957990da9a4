import type { Answer, Call } from "../call.ts";

const descriptions: Record<string, string> = {
  none: "All Systems Operational",
  minor: "Minor Service Outage",
  major: "Partial System Outage",
  critical: "Major Service Outage",
};

/** In the shape of Statuspage, which Fly's page has or had. */
export function statusShow({ world }: Call): Answer {
  const { indicator } = world.platform;
  const page = { id: "local", name: "Fly.io (local)", updated_at: new Date(world.clock.now()).toISOString() };
  return { status: 200, body: { page, status: { indicator, description: descriptions[indicator] ?? indicator } } };
}

/** In the shape flyctl reads. */
export const incidentList = ({ world }: Call): Answer => ({
  status: 200,
  body: { incidents: world.platform.incidents },
});
