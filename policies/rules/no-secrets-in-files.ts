import { decoded, holdsCredential, isWatched, pairsOf, suspicion } from "../credential.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { type Workload, workloadsOf } from "../workload.ts";

const wanted = "a secret of the app";
const found = "holds what looks like a credential";

function* inFile(file: Reading): Generator<Finding> {
  const content = file.at("rawValue");
  const text = decoded(content.text() ?? "");
  if (holdsCredential(text) || pairsOf(text).some(([name, value]) => suspicion(name, value) === "certain")) {
    yield { path: content.path, found, wanted: "`secretName` instead of `rawValue`" };
  }
}

function* inCommand(words: Reading): Generator<Finding> {
  const said = words.list().map((word) => word.text() ?? "");
  for (const [index, word] of said.entries()) {
    const [flag = "", inline] = word.split(/=(.*)/s);
    const value = inline ?? said[index + 1] ?? "";
    const named = flag.startsWith("-") && suspicion(flag.replace(/^-+/, ""), value) === "certain";
    if (named || holdsCredential(word) || pairsOf(word).some(([name, part]) => suspicion(name, part) === "certain")) {
      yield { path: `${words.path}[${index}]`, found, wanted };
    }
  }
}

function* inLabel([name, reading]: [string, Reading]): Generator<Finding> {
  if (reading.isUnknown && !isWatched(name)) return;
  const found = suspicion(name, reading.text() ?? "");
  if (found === "certain") yield { path: reading.path, found: "holds what looks like a credential", wanted };
}

const commandsOf = ({ config }: Workload) => ["cmd", "exec", "entrypoint"].map((key) => config.at(`init.${key}`));

export const noSecretsInFiles = defineRule({
  id: "FLY-SEC-02",
  slug: "no-secrets-in-files",
  title: "No credentials in files, commands or metadata of machines",
  priority: "P1",
  why: "They are part of the machine's config: who may read the machine reads them.",
  fix: {
    component: "move it to `secrets`; a file takes its content from one by `raw.files[].secret_name`",
    resource: "move it to a Secrets resource; a file takes its content from one by `secretName`",
    flyctl: "`fly secrets set NAME=…`; a file: [[files]] with secret_name",
  },
  url: "https://fly.io/docs/apps/secrets/",
  rows: ["A2", "A5"],
  level: "resource",
  subjects: workloadsOf,
  *check(workload) {
    yield* each(
      [
        () => each(workload.config.at("files").list(), inFile),
        () => each(commandsOf(workload), inCommand),
        () => each(workload.config.at("metadata").entries(), inLabel),
      ],
      (look) => look(),
    );
  },
});
