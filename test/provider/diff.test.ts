import { expect, test } from "vitest";
import { differences } from "../../provider/diff.ts";
import { pathText, unknown, type Value } from "../../provider/value.ts";

const diff = (before: Value, after: Value) =>
  Object.fromEntries(differences(before, after).map(({ path, kind }) => [pathText(path), kind]));

test("differences are named down to the leaf", () => {
  const before = { env: { A: "1", B: "2", GONE: "z" }, image: "one" };
  const after = { env: { A: "1", B: "3", NEW: "y" }, image: "two" };
  expect(diff(before, after)).toEqual({ "env.B": "update", "env.GONE": "delete", "env.NEW": "add", image: "update" });
});

test("a slot taken out of the middle is one difference", () => {
  const slots = ["a", "b", "c"].map((name) => ({ name, region: "iad" }));
  expect(diff(slots, [slots[0], slots[2]] as Value)).toEqual({ "[1]": "delete" });
});

test("named things that change places are the same", () => {
  expect(diff([{ name: "a" }, { name: "b" }], [{ name: "b" }, { name: "a" }])).toEqual({});
});

test("things of one name twice are compared by their places", () => {
  expect(
    diff(
      [
        { name: "a", x: 1 },
        { name: "a", x: 2 },
      ],
      [
        { name: "a", x: 1 },
        { name: "a", x: 3 },
      ],
    ),
  ).toEqual({ "[1].x": "update" });
});

test("an unknown is an update where it stands, be it a leaf or a whole list", () => {
  expect(diff({ slots: [{ name: "a", volume: "vol_1" }] }, { slots: [{ name: "a", volume: unknown }] })).toEqual({
    "slots[0].volume": "update",
  });
  expect(diff({ slots: [{ name: "a" }] }, { slots: unknown })).toEqual({ slots: "update" });
});

test("a list in the place of an object is an update of the whole", () => {
  expect(diff({ a: [1] }, { a: { b: 1 } })).toEqual({ a: "update" });
});
