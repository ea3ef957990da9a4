import { regions } from "../../fly/regions.ts";
import { type Incident, platformStatus } from "../../fly/status-page.ts";
import { platformStatus as rule } from "../../policies/rules/platform-status.ts";
import { machinesOf } from "./app.ts";
import { type Check, fail, pass, type Subject, warn } from "./check.ts";

/** Does Fly say of itself that nothing is wrong, where the apps run? */
export const platform: Check = {
  name: "Platform Status",
  rule,
  judge: async (subject, signal) => {
    const { status } = subject;
    const [found, used] = await Promise.all([platformStatus(status, signal), regionsInUse(subject, signal)]);
    const { indicator, description, incidents = [] } = found;
    const said = description === undefined ? "" : `, "${description}"`;
    const open = incidents.length === 0 ? "" : `; open: ${incidents.map(named).join("; ")}`;
    const detail = `indicator ${indicator} at ${new URL(status.pageUrl).host}${said}${open}`;
    if (indicator !== "none") return fail(detail);
    const hit = used.filter((code) => incidents.some((incident) => isAbout(incident, code)));
    return hit.length === 0 ? pass(detail) : warn(`${detail}; the apps have machines in ${hit.join(", ")}`);
  },
};

/** Where the apps have machines; none where that cannot be told, which other checks say. */
async function regionsInUse({ apps, fly }: Subject, signal: AbortSignal): Promise<string[]> {
  try {
    const lists = await Promise.all(apps.map(async (app) => machinesOf(fly(signal), app)));
    return [...new Set(lists.flat().map(({ region }) => region))].sort();
  } catch {
    return [];
  }
}

/** Whether an incident names the region, by its code or its town. */
function isAbout({ name, components }: Incident, code: string): boolean {
  const town = regions.find((region) => region.code === code)?.name.split(",")[0] ?? "";
  const text = [name, ...components].join(" ");
  return new RegExp(`\\b${code}\\b`, "i").test(text) || (town !== "" && text.includes(town));
}

function named({ name, status, components }: Incident): string {
  const about = [status, components.join(", ")].filter(Boolean).join(", ");
  return about === "" ? name : `${name} (${about})`;
}
