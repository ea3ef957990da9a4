import { expect, test } from "vitest";
import { groupArgs } from "../support/group.ts";
import { withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();

test("two resources that are the same thing at Fly are refused at preview, and the first is named", async () => {
  const { engine } = local;
  await engine.check("ProcessGroup", "one", groupArgs("twice"));
  await expect(engine.check("ProcessGroup", "two", groupArgs("twice"))).rejects.toThrow(
    'group web of app twice is declared already, by "one": keep one of the two',
  );
});

test("a resource may be checked as often as the engine likes, and its likes in another app are others", async () => {
  const { engine } = local;
  for (const app of ["alone", "alone", "another"]) await engine.check("ProcessGroup", `web-${app}`, groupArgs(app));
});
