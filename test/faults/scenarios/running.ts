import type { Properties } from "../../../provider/value.ts";
import { groupArgs } from "../../support/group.ts";
import { send } from "../../support/local-fly.ts";
import type { Lane } from "../cli.ts";
import { of, type Scenario } from "../scenario.ts";

const deployed = `registry.fly.io/shop@sha256:${"b".repeat(64)}`;
const slots = [
  { name: "iad-0", region: "iad" },
  { name: "lhr-0", region: "lhr" },
];
const keeping = (app: string, config: Properties, more = slots) =>
  groupArgs(app, { slots: more }, { image: "running", ...config });

/** CI puts another image on every machine. */
async function flyDeploy({ fly }: Lane, app: string): Promise<void> {
  for (const { id, config } of fly.world.machines.of(app)) {
    await send(fly, "POST", `/v1/apps/${app}/machines/${id}`, { config: { ...config, image: deployed } });
    await send(fly, "GET", `/v1/apps/${app}/machines/${id}/wait?state=started`);
  }
}

/** A group whose images CI deploys: a change keeps them, and a new slot gets what the others have. */
export const running: Scenario[] = of("ProcessGroup", "a group that keeps what runs", {
  update: {
    command: "up",
    before: (app) => groupArgs(app, { slots }),
    meddle: flyDeploy,
    after: (app) => keeping(app, { env: { LOG_LEVEL: "debug" } }, [...slots, { name: "syd-0", region: "syd" }]),
    expected: (app) => [
      `app ${app}`,
      ...["iad-0", "lhr-0", "syd-0"].map(
        (slot) =>
          `machine web-${slot} ${slot.slice(0, 3)} started bbb {"LOG_LEVEL":"debug","FLY_PROCESS_GROUP":"web"} `,
      ),
    ],
  },
});
