import { isServing } from "../reach.ts";
import { defineRule } from "../rule.ts";
import { groupsAndLikeMachines, isGroup, isSingleWriter } from "../workload.ts";

export const twoMachines = defineRule({
  id: "FLY-AVL-01",
  slug: "two-machines",
  title: "A serving group has at least two machines",
  priority: "P1",
  why: "A machine lives on one host and is not moved: with a single machine, that host's failure is the outage.",
  fix: {
    component: "ask for more machines in `groups.<name>.regions`, best in a second region",
    resource: "add a slot to `slots`, best in a second region; Machines that serve are better a ProcessGroup",
    flyctl: "`fly scale count 2 --region iad,lhr`",
  },
  url: "https://fly.io/docs/blueprints/resilient-apps-multiple-machines/",
  rows: ["B5"],
  level: "stack",
  settings: {
    machines: { type: "integer", default: 2, minimum: 1, maximum: 1000, description: "Least machines of a group." },
  },
  subjects: (view) => groupsAndLikeMachines(view, (machine) => machine.services().length > 0),
  *check(group, { view, settings }) {
    const machines = group.machines();
    if (machines.length >= settings.machines) return;
    const count = machines.length === 1 ? "1 machine" : `${machines.length} machines`;
    const path = isGroup(group) ? "slots" : "config.services";
    const found = isGroup(group) ? `has ${count}` : `are served by ${count}`;
    if (isSingleWriter(group)) {
      const lost = machines.some(({ volume }) => volume.present) ? ", and its data goes back to the last snapshot" : "";
      const wanted = `a plan for what \`replicas: "single-writer"\` means: when that host fails the group is down until it is made anew${lost}`;
      yield { path, found, wanted, priority: "P2" };
    } else if (isServing(group, view)) {
      yield { path, found, wanted: `at least ${settings.machines}` };
    }
  },
});
