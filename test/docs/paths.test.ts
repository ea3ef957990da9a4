import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";

const root = join(import.meta.dirname, "..", "..");
const read = (path: string) => readFileSync(join(root, path), "utf8");
const inDocs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" }).map((file) => `docs/${file}`);
const pages = ["README.md", "CONTRIBUTING.md", ...inDocs.filter((file) => file.endsWith(".md"))];

/** What GitHub makes of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replaceAll(" ", "-");
const anchorsOf = (page: string) => [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, text = ""]) => anchor(text));

/** What is wrong with a link, if anything. */
function brokenLink(page: string, link: string): string | undefined {
  const [path, fragment] = link.split("#") as [string, string | undefined];
  const target = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, target))) return `${link}: there is no ${target}`;
  return fragment === undefined || anchorsOf(target).includes(fragment)
    ? undefined
    : `${link}: ${target} has no such heading`;
}

describe.each(pages)("%s", (page) => {
  test("links to what is there", () => {
    const links = [...read(page).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = ""]) => link);
    const inside = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(inside.map((link) => brokenLink(page, link)).filter(Boolean)).toEqual([]);
  });

  test("names no path of one machine", () => {
    expect(read(page)).not.toMatch(/(^|[\s`"'(])\/(home|root|tmp|work|Users)\//m);
  });
});

test("every npm script that a page names exists, and every script is named", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const named = pages.flatMap((page) => [...read(page).matchAll(/npm (?:run ([a-z]+)|(test))\b/g)]);
  expect([...new Set(named.map(([, verb, test]) => verb ?? test))].sort()).toEqual(Object.keys(scripts).sort());
});

/** A file's name as CONTRIBUTING writes it, with an example for what stands in angle brackets. */
const example = (path: string) =>
  path.replace("<noun>", "volume").replace("<slug>", "two-regions").replace("<topic>", "storage");

const written = [...read("CONTRIBUTING.md").matchAll(/`([\w.<>-]*\/[\w.<>/-]*|[\w-]+\.md)`/g)].map(
  ([, path = ""]) => path,
);
const kept = written.filter((path) => !path.startsWith("dist/"));

test.each([...new Set(kept)])("CONTRIBUTING names %s, which exists", (path) => {
  expect(existsSync(join(root, example(path)))).toBe(true);
});

test("CONTRIBUTING names the files it is about", () => expect(kept.length).toBeGreaterThan(40));
