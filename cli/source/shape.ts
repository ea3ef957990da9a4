import { lintSource } from "@secretlint/core";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import { type Find, lineAt } from "./find.ts";

// Real ones are longer by far; what is shorter is an example in somebody's documentation.
const flyToken = /(?<![0-9A-Za-z])(?:FlyV1\s+)?(?:fm1[ar]_|fm2_|fo1_)[\w+/=,-]{24,}/g;

// Secretlint knows the long ones; a key on a curve is shorter than it looks for.
const privateKey = /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----(?:\\n|\s)+[\w+/]{40}/g;

/** Kinds of Fly's tokens by their beginning (fly/api.md, tokens). */
const kindOf = (token: string) => /f[mo]\d[ar]?_/.exec(token)?.[0] ?? "";

// A comment beside a secret lets nothing pass here: an exemption has a reason and an end.
const comments = "@secretlint/secretlint-rule-filter-comments";
const config = {
  rules: rules.filter(({ meta }) => meta.id !== comments).map((rule) => ({ id: rule.meta.id, rule })),
};

/** What rules of secretlint are about, in words. */
const kinds: Readonly<Record<string, string>> = {
  aws: "an AWS credential",
  gcp: "a Google Cloud service account key",
  privatekey: "a private key",
  npm: "an npm token",
  basicauth: "a password in a URL",
  "database-connection-string": "a password in a database's address",
  "hashicorp-vault": "a Vault token",
  "1password": "a 1Password token",
  openai: "an OpenAI key",
  github: "a GitHub token",
  gitlab: "a GitLab token",
};

const nameOf = (ruleId: string) => ruleId.replace(/^.*secretlint-rule-/, "");

const wordsOf = (ruleId: string) => {
  const name = nameOf(ruleId);
  return kinds[name] ?? `a ${name[0]?.toUpperCase()}${name.slice(1)} credential`;
};

/** What is a credential by its shape alone, in any text: Fly's tokens, and what secretlint knows. */
export async function shapesIn(path: string, text: string): Promise<Find[]> {
  const ofFly = [...text.matchAll(flyToken)].map(({ 0: token, index }) => ({
    line: lineAt(text, index),
    what: `holds a Fly API token (${kindOf(token)}…)`,
  }));
  const source = { filePath: path, content: text, contentType: "text", ext: "" } as const;
  const { messages } = await lintSource({ source, options: { config, maskSecrets: true, noPhysicFilePath: true } });
  const keys = [...text.matchAll(privateKey)].map(({ index }) => ({
    line: lineAt(text, index),
    what: `holds ${kinds["privatekey"]}`,
  }));
  const others = messages.map(({ ruleId, loc }) => ({ line: loc.start.line, what: `holds ${wordsOf(ruleId)}` }));
  const all = [...ofFly, ...keys, ...others];
  return [...new Map(all.map((find) => [`${find.line} ${find.what}`, find])).values()];
}
