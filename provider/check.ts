import { z } from "zod";
import { type Lifecycle, marked, type Problem } from "./lifecycle.ts";
import type { Path, Properties } from "./value.ts";
import { at, hasUnknown, pathText, same, unknown } from "./value.ts";

/** The inputs with defaults filled in, or the problems that stand against them. */
export function checkInputs(
  lifecycle: Lifecycle,
  news: Properties,
  olds: Properties | undefined,
): { inputs: Properties; problems: Problem[] } {
  const strict = lifecycle.inputs.safeParse(news);
  const problems = strict.success ? [] : strict.error.issues.flatMap((issue) => problemsOf(issue, news));
  if (problems.length > 0) return { inputs: news, problems };
  const inputs = (strict.success ? strict.data : lenient(lifecycle.inputs).parse(news)) as Properties;
  const declared = olds !== undefined && Object.keys(olds).length > 0 ? olds : undefined;
  const own = lifecycle.check?.(inputs, declared) ?? [];
  return { inputs, problems: declared === undefined ? own : [...own, ...refusals(lifecycle.inputs, inputs, declared)] };
}

/** Changes that Fly cannot make. Where the resource is replaced anyway they are those of a new one. */
function refusals(schema: z.ZodObject, news: Properties, olds: Properties): Problem[] {
  const differs = (name: string) => news[name] !== unknown && !same(news[name], olds[name]);
  if (marked(schema, "replaceOnChanges").some(differs)) return [];
  return Object.entries(schema.shape).flatMap(([name, field]): Problem[] => {
    const way = (field as z.ZodType).meta()?.["refusedOnChange"];
    if (way === undefined || news[name] === undefined || !differs(name)) return [];
    // What has a default and was not there before was imported from a Fly that does not show it.
    if (olds[name] === undefined && field instanceof z.ZodDefault) return [];
    return [{ path: [name], message: `cannot be changed. ${way}` }];
  });
}

/** A problem as one line: the path, what is wrong and what is allowed. Never a value, which may be secret. */
export const problemText = ({ path, message }: Problem) =>
  path.length === 0 ? message : `${pathText(path)}: ${message}`;

function problemsOf(issue: z.core.$ZodIssue, news: Properties): Problem[] {
  const path = issue.path as Path;
  if (onUnknown(news, path)) return [];
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: "there is no such property; see the argument's documentation",
    }));
  }
  if (issue.code === "invalid_key") return issue.issues.map(({ message }) => ({ path, message }));
  if (issue.code === "invalid_type" && at(news, path) === undefined) {
    return [{ path, message: `is required (${issue.expected})` }];
  }
  return [{ path, message: issue.message }];
}

/** Whether the path lies in something unknown, or an issue about a whole rests on an unknown part of it. */
const onUnknown = (news: Properties, path: Path) =>
  path.some((_, length) => at(news, path.slice(0, length + 1)) === unknown) ||
  (path.length > 0 && hasUnknown(at(news, path)));

/**
 * The same schema taking the engine's unknown at every place, so that defaults can be filled in around it. The schema
 * itself is parsed first, and its messages are the ones people see.
 */
function lenient(schema: z.ZodType): z.ZodType {
  const orUnknown = (inner: z.ZodType) => z.union([z.literal(unknown), inner]);
  if (schema instanceof z.ZodObject) {
    const shape = Object.entries(schema.shape).map(([key, field]) => [key, lenient(field as z.ZodType)] as const);
    return orUnknown(z.object(Object.fromEntries(shape)));
  }
  if (schema instanceof z.ZodArray) return orUnknown(z.array(lenient(schema.element as z.ZodType)));
  if (schema instanceof z.ZodRecord) return orUnknown(z.record(z.string(), lenient(schema.valueType as z.ZodType)));
  if (schema instanceof z.ZodOptional) return lenient(schema.unwrap() as z.ZodType).optional();
  if (schema instanceof z.ZodDefault)
    return lenient(schema.unwrap() as z.ZodType).default(schema.def.defaultValue as never);
  if (schema instanceof z.ZodPrefault)
    return lenient(schema.unwrap() as z.ZodType).prefault(schema.def.defaultValue as never);
  if (schema instanceof z.ZodUnion)
    return orUnknown(z.union(schema.options.map((option) => lenient(option as z.ZodType))));
  return orUnknown(schema);
}
