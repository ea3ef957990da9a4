import ts from "typescript";

/** A source with one condition turned round. */
export interface Mutant {
  /** What was there, on one line, with its line number: how a test names it. */
  readonly name: string;
  readonly source: string;
}

interface Edit {
  readonly node: ts.Node;
  readonly text: string;
}

const opposite = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.EqualsEqualsEqualsToken, "!=="],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken, "==="],
  [ts.SyntaxKind.LessThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, ">"],
]);

/** The same line drawn one step off. */
const shifted = new Map<ts.SyntaxKind, string>([
  [ts.SyntaxKind.LessThanToken, "<="],
  [ts.SyntaxKind.LessThanEqualsToken, "<"],
  [ts.SyntaxKind.GreaterThanToken, ">="],
  [ts.SyntaxKind.GreaterThanEqualsToken, ">"],
]);

const junctions = new Set([ts.SyntaxKind.AmpersandAmpersandToken, ts.SyntaxKind.BarBarToken]);
const sieves = new Set(["filter", "find", "findIndex", "some", "every"]);

/** Every condition of a source, turned round one at a time. */
export function mutantsOf(source: string): Mutant[] {
  const file = ts.createSourceFile("rule.ts", source, ts.ScriptTarget.ES2024, true);
  const edits: Edit[] = [];
  const visit = (node: ts.Node): void => {
    edits.push(...editsOf(node));
    ts.forEachChild(node, visit);
  };
  visit(file);
  return edits.map(({ node, text }) => {
    const { line } = file.getLineAndCharacterOfPosition(node.getStart());
    const shown = (of: string) => of.replace(/\s+/g, " ");
    return {
      name: `line ${line + 1}: ${shown(node.getText())} -> ${shown(text)}`,
      source: source.slice(0, node.getStart()) + text + source.slice(node.getEnd()),
    };
  });
}

function editsOf(node: ts.Node): Edit[] {
  if (ts.isIfStatement(node) || ts.isWhileStatement(node)) return negated(node.expression);
  if (ts.isConditionalExpression(node)) return negated(node.condition);
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    return [{ node, text: node.operand.getText() }];
  }
  if (ts.isBinaryExpression(node)) return editsOfBinary(node);
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    const [sieve] = node.arguments;
    if (!sieves.has(node.expression.name.text) || sieve === undefined) return [];
    if (ts.isArrowFunction(sieve)) return ts.isBlock(sieve.body) ? [] : negated(sieve.body);
    return ts.isIdentifier(sieve) ? [{ node: sieve, text: `((one) => !${sieve.text}(one))` }] : [];
  }
  return [];
}

function editsOfBinary(node: ts.BinaryExpression): Edit[] {
  const { left, operatorToken, right } = node;
  const kind = operatorToken.kind;
  if (junctions.has(kind)) return [...negated(left), ...(isTested(node) ? negated(right) : [])];
  const rewritten = (operator: string | undefined) =>
    operator === undefined ? [] : [{ node, text: `${left.getText()} ${operator} ${right.getText()}` }];
  return [...rewritten(opposite.get(kind)), ...rewritten(shifted.get(kind))];
}

/** Whether only the truth of the expression counts: what `a && b` is worth is b itself elsewhere. */
function isTested({ parent, ...node }: ts.Node): boolean {
  if (ts.isParenthesizedExpression(parent)) return isTested(parent);
  return !ts.isSpreadAssignment(parent) && !ts.isSpreadElement(parent) && !ts.isTemplateSpan(parent) && "kind" in node;
}

/** Turned round as a whole, where turning round what is in it does not come to the same. */
function negated(node: ts.Expression): Edit[] {
  const inner = ts.isParenthesizedExpression(node) ? node.expression : node;
  const isDoneInside =
    (ts.isBinaryExpression(inner) && opposite.has(inner.operatorToken.kind)) ||
    (ts.isPrefixUnaryExpression(inner) && inner.operator === ts.SyntaxKind.ExclamationToken);
  return isDoneInside ? [] : [{ node, text: `!(${node.getText()})` }];
}
