import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { withPath } from "./command.mjs";
import { backendUrl, passphraseFile } from "./dev-stack.mjs";
import { pulumiBin, root } from "./project.mjs";

/** What everything started here needs: the right node, the CLI, the packages' commands. */
export function toolEnvironment(env, { node, pulumi }) {
  const dirs = [node, pulumi && toolDir(env, pulumi), join(root, "node_modules", ".bin")].filter(Boolean);
  return { ...withPath(env, ...dirs), ...toolVariables(env, pulumi) };
}

// The user's own CLI stays where it is; its folder may hold anything, so only the link to it goes first on the PATH.
const toolDir = (env, { own, dir, version }) => (own ? pulumiBin(env, version) : dir);

const toolVariables = (env, pulumi) => ({
  PULUMI_SKIP_UPDATE_CHECK: "true",
  ...(env.PULUMI_HOME ? { PULUMI_HOME: env.PULUMI_HOME } : {}),
  ...(pulumi?.own ? { PULUMI_VERSION: pulumi.version } : {}),
});

/** What makes a pulumi command one of this clone: its state, its passphrase, the policy pack in force. */
export const cloneVariables = (base = root) => ({
  PULUMI_BACKEND_URL: backendUrl(base),
  PULUMI_CONFIG_PASSPHRASE_FILE: passphraseFile(base),
  PULUMI_OPTION_POLICY_PACK: join(base, "policies", "fly-production"),
  ...(existsSync(join(base, "airworthy.toml")) ? { AIRWORTHY_CONFIG: join(base, "airworthy.toml") } : {}),
});

const quote = (value) => `'${value.replaceAll("'", "'\\''")}'`;

/** The same for a shell: `. ./airworthy.env`. */
export function environmentFile(env, tools, base = root) {
  const variables = { ...toolVariables(env, tools.pulumi), ...cloneVariables(base) };
  const dirs = [tools.node, toolDir(env, tools.pulumi), join(base, "node_modules", ".bin")];
  return [
    "# Written by set-up for this clone; sourced by a shell: . ./airworthy.env",
    ...Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`),
    "unset PULUMI_CONFIG_PASSPHRASE", // it would win over the file
    `export PATH=${quote(dirs.join(delimiter))}"${delimiter}$PATH"`,
    "",
  ].join("\n");
}

export function writeEnvironmentFile(env, tools, base = root) {
  const file = join(base, "airworthy.env");
  const text = environmentFile(env, tools, base);
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) writeFileSync(file, text);
}
