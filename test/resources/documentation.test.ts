import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const files = [
  ...readdirSync(new URL("resources/", root)).map((name) => `resources/${name}`),
  "components/arguments.ts",
  "components/postgres-cluster.ts",
  "components/production-app.ts",
].filter((name) => !name.endsWith("/index.ts"));

/** What a user sees of a file: exported interfaces and classes, and their public members. */
function publicNodes(source: ts.SourceFile): { name: string; node: ts.Node }[] {
  const exported = source.statements.filter(
    (node): node is ts.InterfaceDeclaration | ts.ClassDeclaration =>
      (ts.isInterfaceDeclaration(node) || ts.isClassDeclaration(node)) &&
      node.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true,
  );
  return exported.flatMap((declared) => {
    const members = [...declared.members].filter(
      (member) =>
        (ts.isPropertySignature(member) || ts.isPropertyDeclaration(member)) &&
        !ts.isPrivateIdentifier(member.name) &&
        !member.name.getText(source).startsWith("__"),
    );
    const own = { name: declared.name?.text ?? "", node: declared };
    return [own, ...members.map((node) => ({ name: `${own.name}.${node.name?.getText(source)}`, node }))];
  });
}

describe("what a user reads in the editor", () => {
  it.each(files)("%s says of every public name what it is", (file) => {
    const source = ts.createSourceFile(file, readFileSync(new URL(file, root), "utf8"), ts.ScriptTarget.ES2024, true);
    const nodes = publicNodes(source);
    expect(nodes).not.toEqual([]);
    expect(nodes.filter(({ node }) => ts.getJSDocCommentsAndTags(node).length === 0).map(({ name }) => name)).toEqual(
      [],
    );
  });

  it.each(files.filter((file) => !file.includes("machine-config") && !file.includes("arguments")))(
    "%s shows its class in use",
    (file) => expect(readFileSync(new URL(file, root), "utf8")).toMatch(/@example\n \* ```ts\n[\s\S]*new [A-Z]/),
  );
});
