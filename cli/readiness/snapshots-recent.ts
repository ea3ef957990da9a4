import type { FlyClient } from "../../fly/client.ts";
import { type FlyVolume, snapshotList, volumeList } from "../../fly/volume.ts";
import { snapshotsRecent as rule } from "../../policies/rules/snapshots-recent.ts";
import { counted, eachApp, missing, together } from "./app.ts";
import { type Check, fail, pass, skip, type Verdict, warn } from "./check.ts";

/** How old is the last snapshot of each volume? */
export const snapshotsRecent: Check = {
  name: "Volume Snapshots",
  rule,
  judge: eachApp(async (app, fly, { now }) => {
    const volumes = await volumeList(fly, app);
    if (volumes === undefined) throw missing(app);
    if (volumes.length === 0) return skip(`${app} has no volumes`);
    const verdicts = await Promise.all(volumes.map((volume) => judged(fly, app, volume, now)));
    const whole = together(verdicts);
    return whole.status === "PASS" ? pass(`${app}: ${counted(volumes.length, "volume")}: ${whole.detail}`) : whole;
  }),
};

const hourMs = 3_600_000;

/** Fly takes one a day (Fly docs, volumes/snapshots); two days without one means that it does not. */
const oldHours = 48;

async function judged(fly: FlyClient, app: string, volume: FlyVolume, now: Date): Promise<Verdict> {
  const snapshots = await snapshotList(fly, app, volume.id);
  const moments = snapshots.map(({ created_at }) => Date.parse(created_at ?? "")).filter((moment) => moment > 0);
  const name = `${volume.name} in ${volume.region} (${volume.id})`;
  const off = volume.auto_backup_enabled === false ? ", and its daily snapshots are off" : "";
  const hours = (since: number) => (now.getTime() - since) / hourMs;
  const age = hours(Math.max(...moments));
  if (moments.length > 0 && age <= oldHours) return pass(`${name} ${spelt(age)} ago`);
  if (moments.length > 0) return fail(`the last snapshot of ${name} is ${spelt(age)} old; Fly takes one a day${off}`);
  const exists = hours(Date.parse(volume.created_at ?? ""));
  if (exists <= 24 && off === "") return pass(`${name} is too young for its first`);
  // Fly takes none of a volume that nothing was ever mounted on.
  if (!volume.attached_machine_id) return warn(`${name} is mounted nowhere, and has no snapshot${off}`);
  return fail(`${name} has no snapshot${off}`);
}

const spelt = (hours: number) => {
  const whole = Math.max(0, Math.round(hours));
  return whole < oldHours ? `${whole} h` : `${Math.round(whole / 24)} days`;
};
