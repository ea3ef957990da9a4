import { defineCheckedRule } from "../rule.ts";

export const utilisation = defineCheckedRule({
  id: "FLY-OBS-06",
  slug: "utilisation",
  title: "Machines are not at the end of their size",
  priority: "P2",
  why: "A machine out of memory is killed, and a shared CPU out of balance is throttled, both at the hour of most traffic.",
  fix: {
    component: "a larger `size` or `memoryMb`, or more machines in `regions`",
    resource: "a larger `config.guest`, or more slots",
    flyctl: "`fly scale show`, `fly scale memory 1024`, `fly scale vm shared-cpu-2x`",
  },
  url: "https://fly.io/docs/monitoring/metrics/",
  kind: "live",
  rows: ["D5"],
});
