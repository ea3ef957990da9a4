import { expect, test } from "vitest";
import { folder, printing, tool } from "./tool.ts";

const { benchFlyctl } = await tool("bench-flyctl");

test("without a flyctl on the PATH the comparison is skipped, which is no missed goal", async () => {
  const dir = folder({ "fly/fly": printing("another program of that name") });
  const { lines, met } = await benchFlyctl(dir, { cli: "/nowhere/pulumi", env: { PATH: `${dir}/fly` } });
  expect(lines).toEqual(["skipped: no flyctl on PATH"]);
  expect(met).toBe(true);
});
