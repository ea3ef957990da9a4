import { describe, expect, test } from "vitest";
import { type InputField, inputFields, typeOf } from "../../provider/change-table.ts";
import { lifecycles } from "../../provider/registry.ts";
import { journalEnd, mutations, withLocalFly } from "../support/local-fly.ts";
import { subjects } from "./changes/index.ts";
import { placeOn, type Subject, withChange } from "./changes/subject.ts";

const local = withLocalFly();
const undescribed = () => ({ text: "", default: undefined });
const fieldsOf = (type: string) =>
  lifecycles.filter((one) => typeOf(one) === type).flatMap((one) => inputFields(one, undescribed));

test("every resource is changed here", () => {
  expect(subjects.map(({ type }) => type).sort()).toEqual(lifecycles.map(typeOf).sort());
});

test.each(lifecycles.map((one) => [typeOf(one), one] as const))("%s can be updated, or all replaces it", (_, one) => {
  const inPlace = inputFields(one, undescribed).filter(({ onChange }) => onChange === "in place");
  expect(one.update === undefined ? inPlace : []).toEqual([]);
});

/** A resource as its subject makes it, and the arguments with one field changed. */
async function prepared(subject: Subject, path: string) {
  const place = await placeOn(local);
  const base = await (subject.baseFor?.[path] ?? subject.base)(place);
  const state = await local.engine.create(subject.type, "subject", base);
  return { base, state, news: await withChange(subject, path, place, base) };
}

/** What Diff plans for one changed field; a difference of any other is a mistake. */
function planned(found: Record<string, string>, { path }: InputField, also: string[] = []) {
  const topOf = (at: string) => at.split(/[[.]/)[0] ?? at;
  const outside = Object.keys(found).filter((at) => ![topOf(path), ...also].includes(topOf(at)));
  expect(outside, "differences elsewhere").toEqual([]);
  return [...new Set(Object.values(found).map((kind) => (kind.endsWith("_REPLACE") ? "replaced" : "in place")))];
}

describe.each(subjects)("$type", (subject) => {
  const { type, unsaid = [], without = {} } = subject;
  const fields = fieldsOf(type);
  const with_ = (onChange: unknown) => fields.filter((field) => field.onChange === onChange);

  test("has another value for every input, and for nothing else", () => {
    expect(Object.keys(subject.changed).sort()).toEqual(fields.map(({ path }) => path).sort());
  });

  test.for(with_("replaced"))("another $path replaces it", async (field) => {
    const { state, news } = await prepared(subject, field.path);
    expect(planned(await local.engine.diff(state, news), field, without[field.path])).toEqual(["replaced"]);
  });

  test.for(with_("in place"))("another $path is done in place, and nothing drifts after it", async (field) => {
    const { state, news } = await prepared(subject, field.path);
    expect(planned(await local.engine.diff(state, news), field, without[field.path])).toEqual(["in place"]);
    const since = await journalEnd(local.fly);
    const updated = await local.engine.update(state, news);
    expect((await mutations(local.fly, since)).length === 0, "Fly is told nothing").toBe(unsaid.includes(field.path));
    expect(updated.id).toBe(state.id);
    expect((await local.engine.refresh(updated))?.drift).toEqual({});
    expect(await local.engine.diff(updated, news)).toEqual({});
  });

  test.for(fields.filter(({ onChange }) => typeof onChange === "object"))(
    "another $path is refused at preview, with the way to go",
    async ({ path, onChange }) => {
      const { state, news } = await prepared(subject, path);
      const { refused } = onChange as { refused: string };
      await expect(local.engine.diff(state, news)).rejects.toMatchObject({
        reasons: [`${path}: cannot be changed. ${refused}`],
      });
    },
  );
});
