import { volumeIn } from "./machine-config.ts";
import type { Subject } from "./subject.ts";

export const volumeSnapshot: Subject = {
  type: "VolumeSnapshot",
  base: async (place) => {
    const volume = await volumeIn(place, "iad", "data");
    // Fly has nothing to store of a volume that no machine ever used.
    const mounts = [{ volume, path: "/data" }];
    await place.send("POST", `/v1/apps/${place.app}/machines`, { region: "iad", config: { image: "redis:7", mounts } });
    return { app: place.app, volume, triggers: ["first"] };
  },
  changed: { app: "another", volume: "vol_another", triggers: ["second"] },
};
