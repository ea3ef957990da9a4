import { describe, expect, test } from "vitest";
import { judge, type Resource, type Rule, rules, unknown, type Verdict, type View } from "../../policies/index.ts";
import { attestations, type Fixture } from "./fixture.ts";
import { fixtures } from "./fixtures/index.ts";

type Step = string | number;
type Json = Record<Step, unknown>;

/** The value, which notes of which of its fields somebody asks, whether they are there or not. */
function watched(value: unknown, way: readonly Step[], note: (way: readonly Step[]) => void): unknown {
  if (value === null || typeof value !== "object") return value;
  const to = (key: string | symbol) => [...way, Array.isArray(value) ? Number(key) : String(key)];
  const isField = (key: string | symbol): key is string =>
    typeof key === "string" && (Array.isArray(value) ? /^\d+$/.test(key) : true);
  return new Proxy(value, {
    get(target, key, receiver) {
      const found: unknown = Reflect.get(target, key, receiver);
      if (!isField(key)) return found;
      note(to(key));
      return watched(found, to(key), note);
    },
    getOwnPropertyDescriptor(target, key) {
      if (isField(key)) note(to(key));
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  });
}

/** The fields that the rule asks for when it judges the view, by their resource. */
function fieldsAsked(rule: Rule, view: View, settings: Fixture["settings"]): { index: number; way: readonly Step[] }[] {
  const asked = new Map<string, { index: number; way: readonly Step[] }>();
  const note = (index: number) => (way: readonly Step[]) => asked.set(JSON.stringify([index, way]), { index, way });
  judge(
    rule,
    view.map((one, index) => ({ ...one, props: watched(one.props, [], note(index)) as Resource["props"] })),
    settings ?? {},
    attestations,
  );
  return [...asked.values()];
}

/** The value with what is at the end of the way replaced, and made where it is missing. */
function replaced(value: unknown, [step, ...rest]: readonly Step[], by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value)) return value.with(step as number, replaced(value[step as number], rest, by));
  return { ...(value as Json | undefined), [step]: replaced((value as Json | undefined)?.[step], rest, by) };
}

const withUnknown = (view: View, { index, way }: { index: number; way: readonly Step[] }): View =>
  view.with(index, {
    ...(view[index] as Resource),
    props: replaced(view[index]?.props, way, unknown) as Resource["props"],
  });

/**
 * Fields that count by being there: what is set to something unknown is set. And those that say whose a resource is: it
 * is somebody else's until that is known.
 */
const setOrNot =
  /(^|\.)(schedule|volume|metrics|fullchain|privateKey|minSecretsVersion|gpuKind|extendThresholdPercent|addSizeGb|sizeGbLimit)$/;
const owner = /^(app|name)$/;

/** Fields that a rule may leave unknown without a word, and why. */
const unsaid: Readonly<Record<string, { readonly field: RegExp; readonly because: string }>> = {
  "no-fly-tokens": { field: /./, because: "it looks for what is written down, and what is unknown is not" },
  "no-secrets-in-env": { field: /^config\.env\.MAIL$/, because: "under a harmless name, the same" },
  "two-machines": { field: /^(config|raw|config\.services)$/, because: "a machine that may serve is one more" },
  "data-on-volume": { field: /^config\.mounts$/, because: "mounts that are told later are mounts" },
  "workers-without-autostop": { field: /\.ports$/, because: "ports that are told later are ports, so it is no worker" },
  "worker-check": { field: /\.ports$/, because: "the same" },
  "environments-apart": {
    field: /^(orgSlug|network)$/,
    because: "what is not known yet is what the provider fills in for all that do not say",
  },
  "data-protected": { field: /^slots/, because: "only slots that are known have volumes" },
};

const isSaid = (slug: string, way: readonly Step[]) => {
  const field = way.join(".");
  return !setOrNot.test(field) && !owner.test(field) && !(unsaid[slug]?.field.test(field) ?? false);
};

const inState = (verdicts: readonly Verdict[], state: Verdict["state"]) =>
  verdicts.filter((verdict) => verdict.state === state).map(({ message }) => message);

describe.each(rules.map((rule) => [rule.slug, rule] as const))(
  "%s, with each field it asks for unknown in turn,",
  (slug, rule) => {
    const { passes, fails, settings } = fixtures[slug] as Fixture;
    const judged = (view: View) => judge(rule, view, settings ?? {}, attestations);

    test("never breaks, and loses no finding without saying that it cannot know", () => {
      const silenced: string[] = [];
      for (const [name, { given }] of Object.entries(fails)) {
        const fields = fieldsAsked(rule, given, settings);
        expect(fields).not.toEqual([]);
        for (const field of fields) {
          const verdicts = judged(withUnknown(given, field));
          expect(inState(verdicts, "crashed")).toEqual([]);
          if (verdicts.length === 0 && isSaid(slug, field.way))
            silenced.push(`${name}: ${given[field.index]?.name} ${field.way.join(".")}`);
        }
      }
      expect(silenced).toEqual([]);
    });

    test("objects to nothing that it does not know", () => {
      const accused: string[] = [];
      for (const [name, given] of Object.entries(passes)) {
        for (const field of fieldsAsked(rule, given, settings)) {
          const verdicts = judged(withUnknown(given, field));
          expect(inState(verdicts, "crashed")).toEqual([]);
          if (inState(verdicts, "violated").length > 0 && isSaid(slug, field.way))
            accused.push(`${name}: ${given[field.index]?.name} ${field.way.join(".")}`);
        }
      }
      expect(accused).toEqual([]);
    });
  },
);
