import { type DocumentNode, GraphQLError, Kind, type OperationDefinitionNode, parse } from "graphql";
import type { JsonObject } from "../call.ts";
import { graphqlOperations } from "./operations.ts";

/** Longer documents nobody sends: introspection has a tenth of this. */
const mostTokens = 5000;

/** Nobody's document is nested as deep; graphql reads by recursion, and would fall over. */
const mostLevels = 100;

/** The document of a call's body. Throws graphql's own error where it is none. */
export function documentOf({ query }: JsonObject): DocumentNode {
  const source = typeof query === "string" ? query : "";
  if (isDeeper(source, mostLevels)) throw new GraphQLError("Syntax Error: the document is nested too deep.");
  return parse(source, { maxTokens: mostTokens });
}

function isDeeper(source: string, levels: number): boolean {
  let depth = 0;
  for (const [bracket] of source.matchAll(/[{}[\]()]/g)) {
    depth += "{[(".includes(bracket) ? 1 : -1;
    if (depth > levels) return true;
  }
  return false;
}

/** Name of the operation that is asked for, where a document has several. */
export const operationNameOf = ({ operationName }: JsonObject) =>
  typeof operationName === "string" && operationName !== "" ? operationName : undefined;

/** What a call is about, before it is carried out: its first root field, by which the journal and faults know it. */
export function rootField(body: JsonObject): { operation: string; mutating: boolean } {
  const definition = definitionOf(body);
  const [first] = definition?.selectionSet.selections ?? [];
  const name = first?.kind === Kind.FIELD ? first.name.value : "";
  // A name that is none of ours may be anything, and is not written down.
  return {
    operation: graphqlOperations.has(name) ? name : "GraphQL",
    mutating: definition?.operation === "mutation",
  };
}

function definitionOf(body: JsonObject): OperationDefinitionNode | undefined {
  try {
    const definitions = documentOf(body).definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    const name = operationNameOf(body);
    return (definitions as OperationDefinitionNode[]).find((one) => name === undefined || one.name?.value === name);
  } catch {
    return undefined;
  }
}
