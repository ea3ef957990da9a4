import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { checklistTable, configurationIn, judge, profiles, rules, type View } from "../../policies/index.ts";

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const readme = read("README.md");

/** The text between two marks of the README, marks left out. */
const between = (text: string, mark: string) =>
  new RegExp(`(<!-- ${mark} -->\n)([\\s\\S]*?)(<!-- end of ${mark} -->)`).exec(text)?.[2];

const withPart = (text: string, mark: string, part: string) => {
  const old = between(text, mark);
  if (old === undefined) throw new Error(`README.md has no "<!-- ${mark} -->" … "<!-- end of ${mark} -->"`);
  return text.replace(`<!-- ${mark} -->\n${old}`, () => `<!-- ${mark} -->\n${part}`);
};

// After a change of either, `npm test -- test/docs -u` writes the README anew.
test("README shows the flagship program and the checklist as they are", async () => {
  const program = `\`\`\`ts\n${read("index.ts")}\`\`\`\n`;
  const current = withPart(withPart(readme, "index.ts", program), "checklist", checklistTable());
  await expect(current).toMatchFileSnapshot("../../README.md");
});

test("README quotes findings as the rules word them", () => {
  const app = "hello-dev-7fd6965";
  const parent = "urn:pulumi:dev::hello::airworthy:index:ProductionApp$airworthy:index:";
  const [slots, config] = [
    ["iad-0", "iad-1"].map((name) => ({ name, region: "iad" })),
    { services: [{ ports: [{ port: 443 }] }] },
  ];
  const view: View = [
    { type: "airworthy:index:App", name: "hello", urn: `${parent}App::hello`, protect: false, props: { name: app } },
    {
      type: "airworthy:index:ProcessGroup",
      name: "hello-web",
      urn: `${parent}ProcessGroup::hello-web`,
      protect: false,
      props: { app, name: "web", slots, config },
    },
  ];
  const said = rules.flatMap((rule) => judge(rule, view, {})).map(({ message }) => message);
  const quoted = [...readme.matchAll(/^ {10}(FLY-.*)$/gm)].map(([, message]) => message);
  expect(quoted).toHaveLength(4);
  expect(said).toEqual(expect.arrayContaining(quoted));
});

test("README says of each profile what it does", () => {
  const table = [...readme.matchAll(/^\| `(\w+)`.* \| (\w+).* \| (\w+).* \| (\w+).* \|$/gm)];
  const told = Object.fromEntries(table.map(([, name, P1, P2, P3]) => [name, { P1, P2, P3 }]));
  expect(told).toEqual(profiles);
});

test("README configures rules and thresholds that exist", () => {
  const [, text = ""] = /```json\n([\s\S]*?)```/.exec(readme) ?? [];
  const configured = Object.entries(JSON.parse(text) as Record<string, string | Record<string, unknown>>);
  expect(configured.length).toBeGreaterThan(0);
  for (const [slug, setting] of configured) {
    const rule = rules.find((one) => one.slug === slug);
    expect(rule, slug).toBeDefined();
    const names = typeof setting === "string" ? [] : Object.keys(setting);
    expect(["enforcementLevel", ...Object.keys(rule?.settings ?? {})]).toEqual(expect.arrayContaining(names));
  }
});

test("README's attestation is one that the pack takes, and it names all rules that take one", async () => {
  const [, text = ""] = /```toml\n([\s\S]*?)```/.exec(readme) ?? [];
  const { attestations } = await configurationIn(text, "airworthy.toml", rules, new Date("2026-11-24"));
  expect(attestations("FLY-OBS-02", "shop-prod")).toEqual({ on: "2026-11-23", ended: false });
  const section = readme.slice(readme.indexOf("## Profiles"), readme.indexOf("```toml"));
  const attestable = rules.filter((rule) => rule.attestable).map(({ id }) => id);
  expect([...section.matchAll(/FLY-[A-Z]{3}-\d\d/g)].map(([id]) => id).sort()).toEqual(attestable.sort());
});

test("README counts the rules", () => expect(readme).toContain(`the ${rules.length} in the table`));
