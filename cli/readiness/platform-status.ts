import { type Incident, platformStatus } from "../../fly/status-page.ts";
import { type Check, fail, pass } from "./check.ts";

/** Does Fly say of itself that nothing is wrong? */
export const platform: Check = {
  name: "Platform Status",
  judge: async ({ status }, signal) => {
    const { indicator, description, incidents = [] } = await platformStatus(status, signal);
    const said = description === undefined ? "" : `, "${description}"`;
    const open = incidents.length === 0 ? "" : `; open: ${incidents.map(named).join("; ")}`;
    const detail = `indicator ${indicator} at ${new URL(status.pageUrl).host}${said}${open}`;
    return indicator === "none" ? pass(detail) : fail(detail);
  },
};

function named({ name, status, components }: Incident): string {
  const about = [status, components.join(", ")].filter(Boolean).join(", ");
  return about === "" ? name : `${name} (${about})`;
}
