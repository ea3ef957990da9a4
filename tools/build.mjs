// `npm run build`: dist/ with tsc, then what Pulumi starts often as one bundle each, because a start is paid on every preview.

import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { run, say } from "./command.mjs";
import { root } from "./project.mjs";
import { sourceDigest, stampBuilt } from "./source-stamp.mjs";

const ENTRIES = {
  provider: "provider/main.ts",
  policies: "policies/main.ts",
  emulator: "emulator/main.ts",
};

// @pulumi/policy wants two names of the whole SDK, whose import costs half a second a process.
const smallPulumi = {
  name: "small-pulumi",
  setup(build) {
    build.onResolve({ filter: /^@pulumi\/pulumi$/ }, () => ({ path: "small-pulumi", namespace: "small-pulumi" }));
    build.onLoad({ filter: /.*/, namespace: "small-pulumi" }, () => ({
      contents: 'export * as asset from "@pulumi/pulumi/asset"; export { Output } from "@pulumi/pulumi/output";',
      resolveDir: root,
    }));
  },
};

// @pulumi/policy reads every resource anew for each stack rule: of a stack of 2,000, over 60,000 readings of what has not changed.
// Read once, it is shared; our rules change nothing of what they are shown, and what keeps secrets wrapped stays each caller's own.
const readOnce = {
  name: "read-once",
  setup(build) {
    build.onLoad({ filter: /@pulumi[\\/]policy[\\/]deserialize\.js$/ }, ({ path }) => ({
      contents: `${readFileSync(path, "utf8")}
        const known = new WeakMap();
        const read = exports.deserializeProperties;
        exports.deserializeProperties = (struct, keepSecrets) => {
          if (keepSecrets) return read(struct, keepSecrets);
          if (!known.has(struct)) known.set(struct, read(struct, keepSecrets));
          return known.get(struct);
        };`,
    }));
  },
};

/** One build each, so that a mistake in one leaves the others whole; whether all succeeded. */
async function bundleAll() {
  const { build } = await import("esbuild");
  const builds = Object.entries(ENTRIES)
    .filter(([, entry]) => existsSync(join(root, entry)))
    .map(([name, entry]) =>
      build({
        absWorkingDir: root,
        entryPoints: { [name]: entry },
        outdir: "dist/bundle",
        bundle: true,
        platform: "node",
        target: "node22",
        format: "esm",
        sourcemap: true,
        logLevel: "warning",
        plugins: [smallPulumi, readOnce],
        // CommonJS inside (grpc-js, google-protobuf) calls require for Node's own modules.
        banner: {
          js: 'import { createRequire as airworthyRequire } from "node:module"; const require = airworthyRequire(import.meta.url);',
        },
      }),
    );
  return (await Promise.allSettled(builds)).every(({ status }) => status === "fulfilled");
}

const started = Date.now();
const digest = sourceDigest();
// tsc's own notes would keep it from writing again what somebody deleted.
if (!existsSync(join(root, "dist", "components"))) rmSync(join(root, "dist", ".tsbuildinfo"), { force: true });
const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
const code = await run(process.execPath, [tsc, "-p", "tsconfig.build.json"], { env: process.env, cwd: root });
const bundled = await bundleAll(); // esbuild has printed what is wrong
if (code === 0 && bundled) {
  stampBuilt(digest);
  say(`built dist/ in ${((Date.now() - started) / 1000).toFixed(1)} s`);
}
process.exitCode = code || (bundled ? 0 : 1);
