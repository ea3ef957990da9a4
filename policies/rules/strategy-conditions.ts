import type { Reading } from "../reading.ts";
import { defineRule, type Finding } from "../rule.ts";
import { groupsOf, isSingleWriter, type Workload } from "../workload.ts";

/** Whether a rollout has anything to wait for: that a check steers no traffic does not matter to it. */
const hasCheck = (config: Reading): boolean =>
  config.at("checks").entries().length > 0 ||
  config
    .at("services")
    .list()
    .some((service) => service.at("checks").list().length > 0);

const mountsVolume = ({ config, machines }: Workload): boolean =>
  config.at("mounts").list().length > 0 || machines().some(({ volume }) => volume.present);

function* judge(group: Workload, strategy: "bluegreen" | "canary"): Generator<Finding> {
  const { path } = group.read.at("deploy.strategy");
  const wanted = "rolling";
  const does = `is ${strategy}, which makes a machine beside one`;
  if (mountsVolume(group)) {
    yield { path, found: `${does} that has a volume, and a volume is for one machine at a time`, wanted };
  } else if (isSingleWriter(group)) {
    yield { path, found: `${does} of which only one may write`, wanted };
  } else if (strategy === "bluegreen" && !hasCheck(group.config)) {
    yield { path, found: "is bluegreen, and no check says when the new machines are healthy", wanted: "a check" };
  }
}

export const strategyConditions = defineRule({
  id: "FLY-DEP-02",
  slug: "strategy-conditions",
  title: "Blue-green and canary meet their conditions",
  priority: "P1",
  why: "Both make machines beside those there are: with a volume that is refused late, with one writer it makes two, without checks it proves nothing.",
  fix: {
    component: 'give the group `strategy: "rolling"`, or with `bluegreen` a check',
    resource: 'set `deploy.strategy` to "rolling", or give `bluegreen` a check',
    flyctl: '`strategy = "rolling"` under [deploy], or [[http_service.checks]]',
  },
  url: "https://fly.io/docs/blueprints/seamless-deployments/",
  rows: ["C5"],
  level: "stack",
  subjects: groupsOf,
  *check(group) {
    const strategy = group.read.at("deploy.strategy").text();
    // A canary of one machine is fine: the second one serves meanwhile (docs/rollouts.md).
    if (strategy === "bluegreen" || strategy === "canary") yield* judge(group, strategy);
  },
});
