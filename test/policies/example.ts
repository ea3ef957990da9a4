import { holdsCredential, holdsFlyToken, suspicion } from "../../policies/credential.ts";
import { judge, type Resource, type Rule, unknown, type View } from "../../policies/index.ts";
import { applyMends, mendsOf } from "../../policies/remedy.ts";
import type { Case } from "../../policies/rule-page.ts";
import { attestations, type Failure, type Fixture } from "./fixture.ts";
import { fromWire, toWire } from "./wire.ts";

/** The excerpt of a failing fixture that its finding is about. */
export function programOfFailure(rule: Rule, failure: Failure | undefined): string | undefined {
  const resource = failure && judge(rule, failure.given, {}, attestations)[0]?.subject?.resource;
  return resource && programOf(resource, failure.path, failure.given);
}

/** The same once its remedy was applied; without one, the first fixture that passes, at the same place. */
export function passingExample(rule: Rule, { passes, fails }: Fixture): Case | undefined {
  const [failing] = Object.entries(fails).filter(([, { unmended }]) => unmended === undefined);
  if (failing === undefined) return undefined;
  const [name, { given, path }] = failing;
  const resource = judge(rule, given, {}, attestations)[0]?.subject?.resource;
  if (resource === undefined) return undefined;
  const mends = mendsOf(judge(rule, [resource], {}));
  if (rule.remedy !== undefined && mends.length > 0) {
    const props = fromWire(toWire(resource.props)) as Resource["props"];
    applyMends(props, mends);
    return { name: `${name}, with its remedy`, message: "", program: programOf({ ...resource, props }, path) };
  }
  const passing = Object.entries(passes).find(([, view]) => view.some(({ type }) => type === resource.type));
  const alike = passing?.[1].find(({ type }) => type === resource.type);
  return passing && alike && { name: passing[0], message: "", program: programOf(alike, path, passing[1]) };
}

type Step = string | number;
type Json = Record<string, unknown>;

/** Text that stands as it is, without quotes. */
class Code {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}
const hidden = new Code("…");

/** The part of a program that makes the resource and has what is at the path, with its neighbours. */
function programOf(resource: Resource, path: string, view: View = [resource]): string {
  const others = view.filter((one) => one !== resource && one.type.startsWith("airworthy:"));
  return [...others.map((one) => made(one, flat(one.props), {})), ofOne(resource, path)].join("\n");
}

function ofOne(resource: Resource, path: string): string {
  const option = /^option (\w+)$/.exec(path)?.[1];
  if (option !== undefined) return made(resource, flat(resource.props), { [option]: resource.protect });
  const part = excerpt(resource.props, stepsOf(path)) as Json;
  return made(resource, { ...named(resource.props), ...part }, {});
}

const made = ({ type, name }: Resource, props: Json, options: Json) => {
  const rest = Object.keys(options).length === 0 ? "" : `, ${printed(options, 0)}`;
  return `new ${type.split(":").at(-1)}("${name}", ${printed(props, 0)}${rest});`;
};

const named = ({ app, name }: Readonly<Json>): Json => ({
  ...(app !== undefined && { app }),
  ...(name !== undefined && { name }),
});
const flat = (props: Readonly<Json>): Json =>
  Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined && typeof value !== "object"));

const stepsOf = (path: string): Step[] =>
  [...path.matchAll(/([A-Za-z_$][\w$]*)|\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]/g)].map(
    ([, key, index, quoted]) => key ?? (index === undefined ? (quoted ?? "") : Number(index)),
  );

/** What is on the way, and at its end also what stands beside it. */
function excerpt(value: unknown, [step, ...rest]: readonly Step[], key = ""): unknown {
  if (step === undefined || value === null || typeof value !== "object") return shown(value, key);
  if (Array.isArray(value)) {
    return rest.length === 0 ? shown(value, key) : [excerpt(value[step as number], rest, key)];
  }
  const fields = Object.entries(value).filter(([name, field]) => {
    if (name === step) return true;
    return rest.length === 0 && key !== "" && isPlain(field);
  });
  return Object.fromEntries(
    fields.map(([name, field]) => [name, name === step ? excerpt(field, rest, name) : shown(field, name)]),
  );
}

const isPlain = (value: unknown): boolean =>
  Array.isArray(value) ? value.every((item) => typeof item !== "object") : value === null || typeof value !== "object";

/** Without what looks like a secret: these pages are for everybody. */
function shown(value: unknown, key: string): unknown {
  if (value === unknown) return new Code("notKnownYet");
  if (Array.isArray(value)) return value.map((item) => shown(item, key));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shown(item, name)]));
  }
  if (typeof value !== "string") return value;
  const isSecret =
    holdsFlyToken(value) || holdsCredential(value) || suspicion(key, value) !== undefined || key === "rawValue";
  return isSecret || /password/i.test(value) ? hidden : value;
}

/** As TypeScript, on one line where it fits. */
function printed(value: unknown, depth: number): string {
  if (value instanceof Code) return value === hidden ? '"…"' : value.text;
  if (value === null || typeof value !== "object") return JSON.stringify(value) ?? "undefined";
  const items = Array.isArray(value)
    ? value.map((item) => printed(item, depth + 1))
    : Object.entries(value)
        .filter(([, item]) => item !== undefined)
        .map(
          ([key, item]) => `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${printed(item, depth + 1)}`,
        );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  const line =
    Array.isArray(value) || items.length === 0 ? `${open}${items.join(", ")}${close}` : `{ ${items.join(", ")} }`;
  if (line.length + depth * 2 <= 90 && !line.includes("\n")) return line;
  const indent = "  ".repeat(depth + 1);
  return `${open}\n${items.map((item) => `${indent}${item},`).join("\n")}\n${"  ".repeat(depth)}${close}`;
}
