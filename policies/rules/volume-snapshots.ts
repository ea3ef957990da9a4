import { defineRule, each } from "../rule.ts";
import { volumesOf } from "../view.ts";

// What Fly does where nothing is said, and the most it keeps (fly/api.md §10).
const flyKeepsDays = 5;
const mostDays = 60;

export const volumeSnapshots = defineRule({
  id: "FLY-VOL-02",
  slug: "volume-snapshots",
  title: "Volumes are backed up by daily snapshots, kept for two weeks",
  priority: "P1",
  why: "Five days, Fly's default, are shorter than a long weekend in which nobody notices the damage.",
  fix: {
    component: "set `volume.snapshotRetentionDays` to as many days as wanted",
    resource: "set `autoBackupEnabled: true` and `snapshotRetention: 14`",
    flyctl: "`fly volumes update <id> --scheduled-snapshots=true --snapshot-retention 14`",
  },
  url: "https://fly.io/docs/volumes/snapshots/",
  rows: ["B7"],
  level: "resource",
  remedy: "safe",
  settings: {
    days: {
      type: "integer",
      default: 14,
      minimum: 1,
      maximum: mostDays,
      description: "Least days snapshots are kept.",
    },
  },
  subjects: volumesOf,
  *check({ read }, { settings }) {
    yield* each([read.at("autoBackupEnabled")], function* (backup) {
      const { path } = backup;
      if (backup.flag() === false) yield { path, found: "is false", wanted: "true", mend: { at: path, to: true } };
    });
    const kept = read.at("snapshotRetention");
    const days = kept.number() ?? flyKeepsDays;
    if (days >= settings.days && days <= mostDays) return;
    const found = kept.present ? `is ${days} days` : `is not set, so Fly keeps ${flyKeepsDays} days`;
    const mend = { at: kept.path, to: Math.min(Math.max(days, settings.days), mostDays) };
    yield { path: kept.path, found, wanted: `${settings.days} to ${mostDays} days`, mend };
  },
});
