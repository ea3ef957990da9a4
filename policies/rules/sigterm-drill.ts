import { defineCheckedRule } from "../rule.ts";

export const sigtermDrill = defineCheckedRule({
  id: "FLY-SHD-04",
  slug: "sigterm-drill",
  title: "Stopping the process was tried with requests in flight",
  priority: "P2",
  why: "Every deploy and every autostop stops a process. One that drops what it was answering loses requests each time.",
  fix: {
    component: "`airworthy drill sigterm --port <port> --app <app> -- <command>`",
    resource: "`airworthy drill sigterm --port <port> --app <app> -- <command>`",
    flyctl: "`fly machine stop <id>` while requests are open",
  },
  url: "https://fly.io/docs/reference/configuration/",
  kind: "evidence",
  rows: ["C2"],
  drill: "sigterm",
});
