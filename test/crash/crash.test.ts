import { beforeAll, describe, expect, test } from "vitest";
import { CliStage } from "./cli-stage.ts";
import { operations } from "./operation.ts";
import { failureText, type Swept, sweep } from "./sweep.ts";
import { faults } from "./trap.ts";

// `npm run sweep` tries every call of every operation; here each kind of fault meets one call of the most different ones.
const titles = ["create", "update, bluegreen", "scale", "destroy"];
const chosen = operations.filter(({ title }) => titles.includes(title));

let swept: Swept[] = [];

beforeAll(async () => {
  const stage = await CliStage.open(chosen);
  await stage.close();
  const recordings = stage.scenes.map(({ recording }) => recording);
  swept = await sweep(chosen, recordings, {
    choice: (_operation, { call, calls }, fault) =>
      call === Math.floor((calls * (faults.indexOf(fault) + 0.5)) / faults.length),
  });
});

describe.each(titles)("%s", (title) => {
  const ofTitle = () => swept.find((one) => one.title === title) as Swept;

  test("converges with the next run, whatever happens to a call of it", () => {
    const { tried } = ofTitle();
    expect(tried).toHaveLength(faults.length);
    expect(tried.filter(({ problems }) => problems.length > 0).map(failureText)).toEqual([]);
  });
});
