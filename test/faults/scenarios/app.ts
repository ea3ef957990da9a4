import { nothing, of, type Scenario } from "../scenario.ts";

/** An app by itself, which the sweep makes for every other noun. */
export const app: Scenario[] = [
  ...of("App", "an app", {
    create: { command: "up", after: (name) => ({ name }), expected: nothing },
    update: {
      command: "up",
      before: (name) => ({ name }),
      after: (name) => ({ name, private: true }),
      expected: nothing,
    },
    delete: { command: "destroy", before: (name) => ({ name }), expected: () => [] },
    refresh: { command: "refresh", before: (name) => ({ name }), expected: nothing },
  }),
];
