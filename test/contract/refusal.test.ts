import { beforeAll, expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import type { State } from "../support/engine.ts";
import { withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
const app = "refusing";
let seeded: State;

const args = (more: Properties = {}): Properties => ({ app, name: "data", region: "iad", sizeGb: 3, ...more });

beforeAll(async () => {
  await local.engine.create("App", "app", { name: app });
  seeded = await local.engine.create("Volume", "data", args());
});

test("what Fly cannot change is refused at preview, with the way to go", async () => {
  await expect(local.engine.diff(seeded, args({ snapshotId: "vs_1" }))).rejects.toThrow(
    /^snapshotId: cannot be changed\. It is used only when the volume is made: make another Volume/,
  );
});

test("it is part of a new resource where another input replaces the old one", async () => {
  const found = await local.engine.diff(seeded, args({ snapshotId: "vs_1", region: "lhr" }));
  expect(found).toMatchObject({ region: "UPDATE_REPLACE" });
});
