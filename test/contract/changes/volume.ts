import type { Subject } from "./subject.ts";

export const volume: Subject = {
  type: "Volume",
  base: ({ app }) => ({ app, name: "data", region: "iad", sizeGb: 3 }),
  baseFor: {
    encrypted: ({ app }) => ({ app, name: "data", region: "iad", sizeGb: 3, allowDuplicateName: true }),
  },
  changed: {
    app: "another",
    name: "cache",
    region: "lhr",
    sizeGb: 8,
    encrypted: false,
    snapshotRetention: 30,
    autoBackupEnabled: false,
    requireUniqueZone: false,
    snapshotId: "vs_another",
    sourceVolumeId: "vol_another",
    onDelete: "retain",
    allowDuplicateName: true,
  },
  unsaid: ["requireUniqueZone", "onDelete", "allowDuplicateName"],
};
