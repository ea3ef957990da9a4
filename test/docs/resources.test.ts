import { readdirSync, readFileSync } from "node:fs";
import ts from "typescript";
import { expect, test } from "vitest";
import { changeTables, inputFields, typeOf } from "../../provider/change-table.ts";
import { lifecycles } from "../../provider/registry.ts";

const folder = new URL("../../resources/", import.meta.url);

interface Member {
  text: string;
  default: string | undefined;
  /** Its type as written, in which the interface of a nested object is found by name. */
  type: string;
}

function interfacesOf(file: string): [string, Map<string, Member>][] {
  const source = ts.createSourceFile(file, readFileSync(new URL(file, folder), "utf8"), ts.ScriptTarget.ES2024, true);
  return source.statements.filter(ts.isInterfaceDeclaration).map((declared) => {
    const members = declared.members.filter(ts.isPropertySignature).map((member): [string, Member] => {
      const [comment] = ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc);
      const tag = comment?.tags?.find(({ tagName }) => tagName.text === "default")?.comment;
      const type = member.type?.getText(source) ?? "";
      return [member.name.getText(source), { text: plain(comment?.comment), default: plain(tag) || undefined, type }];
    });
    const inherited = declared.heritageClauses?.map((clause) => clause.types[0]?.getText(source) ?? "") ?? [];
    return [
      declared.name.text,
      new Map([["extends", { text: "", default: undefined, type: inherited.join() }], ...members]),
    ];
  });
}

const plain = (comment: string | ts.NodeArray<ts.JSDocComment> | undefined) =>
  (ts.getTextOfJSDocComment(comment) ?? "")
    .replace(/\{@link (\w+)\}/g, "$1")
    .replace(/\s+/g, " ")
    .trim();

const interfaces = new Map(readdirSync(folder).flatMap(interfacesOf));

/** What `resources/` says of an argument, or of a field of the object that an argument is. */
function described(type: string, path: string): Member {
  let [owner, member] = [`${type}Args`, undefined as Member | undefined];
  for (const name of path.replaceAll("[]", "").split(".")) {
    member = interfaces.get(owner)?.get(name);
    owner = member?.type.match(/\w+/g)?.find((word) => interfaces.has(word)) ?? "";
  }
  if (member === undefined) throw new Error(`resources/ does not say what ${path} of ${type} is`);
  return member;
}

const introduction = `# Every input, and what a change of it does

Made from the schemas that check a program's arguments, by \`provider/change-table.ts\`; after a change of a schema
\`npm test -- test/docs -u\` writes this page anew. \`test/contract/changes.test.ts\` changes each input on the local Fly.

- **in place**: the resource stays; what Fly knows of it is changed there.
- **replaced**: a new resource is made, and the old one is deleted.
- **refused**: Fly cannot change it, and a replacement would lose data. The preview stops and says what to do instead, unless
  another change replaces the resource anyway.

Fields of nested objects are listed one level down; the types in \`resources/\` have the rest. A value that is secret is kept
encrypted in the state, whoever wrote it.

`;

test("docs/resources.md is what the schemas say", async () => {
  await expect(introduction + changeTables(lifecycles, described)).toMatchFileSnapshot("../../docs/resources.md");
});

test.each(lifecycles.map((one) => [typeOf(one), one] as const))("%s says the same defaults to readers", (type, one) => {
  const differing = inputFields(one, described).filter(({ path, default: applied }) => {
    const said = described(type, path).default;
    return applied !== undefined && said !== undefined && applied.replaceAll("`", "") !== said.replaceAll("`", "");
  });
  expect(differing.map(({ path }) => path)).toEqual([]);
});
