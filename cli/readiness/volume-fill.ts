import { type FlyVolume, volumeList } from "../../fly/volume.ts";
import { volumeFill as rule } from "../../policies/rules/volume-fill.ts";
import { eachApp, missing } from "./app.ts";
import { type Check, skip } from "./check.ts";
import { type Fill, fillVerdict, metric, type Sample, seriesOf } from "./metrics.ts";

/** How full are the volumes? */
export const volumeFill: Check = {
  name: "Volume Fill",
  rule,
  judge: (subject, signal) =>
    eachApp(async (app, fly) => {
      const volumes = await volumeList(fly, app);
      if (volumes === undefined) throw missing(app);
      const mounted = volumes.filter(({ attached_machine_id }) => attached_machine_id);
      if (mounted.length === 0) return skip(`${app} has no mounted volume`);
      const query = `max by (id) (fly_volume_used_pct{${seriesOf(app)}})`;
      const measured = await metric(subject, fly, app, query, signal);
      const fills = mounted.flatMap((volume) => fillOf(volume, typeof measured === "string" ? [] : measured));
      if (fills.length < mounted.length) {
        if (typeof measured === "string") return skip(measured);
        throw new Error(`${app}: there is no measurement of a volume that is mounted`);
      }
      const { status, detail } = fillVerdict(fills);
      return { status, detail: `${app}: ${detail}` };
    })(subject, signal),
};

/**
 * How full a volume is, by the fuller of what Fly measures of the blocks that were ever written, deleted ones too, and of
 * what it knows of the file system.
 */
function fillOf(
  { id, name, region, size_gb, bytes_used, bytes_total }: FlyVolume,
  measured: readonly Sample[],
): Fill[] {
  const percent = measured.find(({ labels }) => labels["id"] === id)?.value;
  const shares = [
    ...(percent === undefined ? [] : [percent / 100]),
    ...(bytes_total ? [(bytes_used ?? 0) / bytes_total] : []),
  ];
  return shares.length === 0
    ? []
    : [{ name: `${name} in ${region} (${id}, ${size_gb} GB)`, share: Math.max(...shares) }];
}
