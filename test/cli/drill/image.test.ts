import { type ChildProcess, execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { withFly } from "./drill-fly.ts";
import { refuses, spellings } from "./drill-run.ts";

vi.setConfig({ testTimeout: 60_000 });

const fly = withFly();
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** An app whose groups run these images, two machines each. */
async function app(images: Record<string, string>): Promise<void> {
  await fly.send("POST", "/v1/apps", { name: "shop", org_slug: "local" });
  for (const [group, image] of Object.entries(images)) {
    for (const region of ["iad", "lhr"]) {
      const config = { image, metadata: { fly_process_group: group } };
      await fly.send("POST", "/v1/apps/shop/machines", { region, config });
    }
  }
}

/** An OCI layout as a build writes it: a list of platforms, of which the first is Fly's. */
function layout(list: string, manifest: string): string {
  const dir = join(fly.dir, "build");
  const write = (file: string, content: object) => {
    mkdirSync(dirname(join(dir, file)), { recursive: true });
    writeFileSync(join(dir, file), JSON.stringify(content));
  };
  const mediaType = "application/vnd.oci.image.index.v1+json";
  write("oci-layout", { imageLayoutVersion: "1.0.0" });
  write("index.json", { schemaVersion: 2, manifests: [{ mediaType, digest: list, size: 1 }] });
  const amd64 = { digest: manifest, size: 1, platform: { os: "linux", architecture: "amd64" } };
  const attests = { digest: digest("9"), size: 1, platform: { os: "unknown", architecture: "unknown" } };
  write(`blobs/sha256/${list.slice(7)}`, { schemaVersion: 2, manifests: [amd64, attests] });
  return dir;
}

const registry = "registry.fly.io/shop";
const planted = 'PLANTED/key+"of an image"';

// No engine may answer here but the one a test puts there.
let path: string;
beforeEach(() => {
  path = `${fly.dir}/bin:${dirname(process.execPath)}`;
  mkdirSync(join(fly.dir, "bin"));
  for (const tool of ["tar", "gzip"]) {
    const real = execFileSync("which", [tool], { encoding: "utf8" }).trim();
    writeFileSync(join(fly.dir, "bin", tool), `#!/bin/sh\nexec ${real} "$@"\n`, { mode: 0o755 });
  }
});
const drill = (...args: string[]) => fly.run(["image", ...args], undefined, { PATH: path });

interface Answers {
  inspected: object;
  health?: string;
  /** What it does before it has started a container. */
  start?: string;
}

/** Puts a `docker` on PATH that answers so and writes down how it was called; there is no real one on every machine. */
function engine({ inspected, health = "healthy", start = "" }: Answers): () => string[] {
  const calls = join(fly.dir, "calls");
  writeFileSync(calls, "");
  const script = `#!${process.execPath}
const { appendFileSync, existsSync } = require("node:fs");
const args = process.argv.slice(2);
const calls = ${JSON.stringify(calls)};
appendFileSync(calls, args.join(" ") + "\\n");
if (args[0] === "start") { ${start} }
console.error(${JSON.stringify(planted)});
const said = { image: ${JSON.stringify(JSON.stringify([inspected]))}, inspect: ${JSON.stringify(JSON.stringify({ Running: true, Health: { Status: health, Log: planted } }))} };
console.log(said[args[0]] ?? ${JSON.stringify(planted)});
`;
  writeFileSync(join(fly.dir, "bin", "docker"), script);
  chmodSync(join(fly.dir, "bin", "docker"), 0o755);
  return () => readFileSync(calls, "utf8").trimEnd().split("\n");
}

describe("the digest", () => {
  test("of an OCI layout, as its manifest or its list of platforms, is what runs", async () => {
    await app({ web: `${registry}@${digest("b")}` });
    const { code, out } = await drill("--image", `oci:${layout(digest("a"), digest("b"))}`, "--app", "shop");
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(
        /^\[PASS\] image: all 2 machines run sha256:a{12}, as the image in .*; its HEALTHCHECK was not run: no docker or podman answers here\n$/,
      ),
    ]);
    expect(fly.recorded()).toMatchObject([{ drill: "image", app: "shop", result: "passed", release: digest("a") }]);
  });

  test("of an OCI layout in a tar file is read too", async () => {
    await app({ web: `${registry}@${digest("a")}` });
    const file = join(fly.dir, "image.tar");
    execFileSync("tar", ["-cf", file, "-C", layout(digest("a"), digest("b")), "."]);
    expect((await drill("--image", `oci:${file}`, "--app", "shop")).out).toMatch(/^\[PASS\] image: all 2 machines run/);
  });

  test("that differs fails it, with both", async () => {
    await app({ web: `${registry}@${digest("c")}` });
    const { code, out } = await drill("--image", `oci:${layout(digest("a"), digest("b"))}`, "--app", "shop");
    expect([code, out]).toEqual([
      1,
      expect.stringMatching(/2 of 2 machines run sha256:c{12}, and the image in .* is sha256:a{12}/),
    ]);
    expect(fly.recorded()).toMatchObject([{ result: "failed" }]);
  });

  test("is compared with the machines of the group that is named", async () => {
    await app({ web: `${registry}@${digest("a")}`, cache: `redis@${digest("b")}` });
    refuses(
      await drill("--image", digest("a"), "--app", "shop"),
      /several images: name one of its groups with --group \(web, cache\)/,
      [],
    );
    const { code, out } = await drill("--image", `${registry}@${digest("a")}`, "--app", "shop", "--group", "web");
    expect([code, out]).toEqual([0, expect.stringContaining("all 2 machines run")]);
  });
});

describe("with a container engine", () => {
  test("the image's own HEALTHCHECK is run, and its container is removed", async () => {
    await app({ web: `${registry}@${digest("a")}` });
    const calls = engine({ inspected: { RepoDigests: [`${registry}@${digest("a")}`], Config: { Healthcheck: {} } } });
    const { code, out, err } = await drill("--image", `${registry}:v1`, "--app", "shop");
    expect([code, out]).toEqual([
      0,
      expect.stringContaining(
        "all 2 machines run sha256:aaaaaaaaaaaa, as image registry.fly.io/shop:v1; its HEALTHCHECK passed here",
      ),
    ]);
    expect(calls().at(-1)).toMatch(/^container rm --force --volumes airworthy-drill-[0-9a-f]{8}$/);
    for (const text of spellings(planted)) expect(out + err + JSON.stringify(fly.recorded())).not.toContain(text);
  });

  test("one that fails fails it, and its container is removed", async () => {
    const calls = engine({
      inspected: { RepoDigests: [`x@${digest("a")}`], Config: { Healthcheck: {} } },
      health: "unhealthy",
    });
    const { code, out } = await drill("--image", "shop:v1");
    expect([code, out]).toEqual([1, "[FAIL] image: no app was compared; its HEALTHCHECK failed here\n"]);
    expect(calls().at(-1)).toMatch(/^container rm --force --volumes airworthy-drill-[0-9a-f]{8}$/);
  });

  test("interrupted while its container starts it waits for that, and then removes it", async () => {
    const go = join(fly.dir, "go");
    const calls = engine({
      inspected: { RepoDigests: [`x@${digest("a")}`], Config: { Healthcheck: {} } },
      start: `while (!existsSync(${JSON.stringify(go)})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
        appendFileSync(calls, "started\\n");`,
    });
    const begun = (child: ChildProcess) => {
      const watched = watch(join(fly.dir, "calls"), () => {
        if (calls().some((call) => call.startsWith("start "))) child.kill("SIGINT");
      });
      child.on("exit", () => watched.close());
      child.stderr?.on("data", (text) => {
        if (String(text).includes("interrupted: cleaning up")) writeFileSync(go, "");
      });
    };
    const { code, err } = await fly.run(["image", "--image", "shop:v1"], begun, { PATH: path });
    expect([code, err]).toEqual([130, expect.stringContaining("interrupted; nothing was recorded")]);
    expect(calls().slice(-4)).toEqual([
      expect.stringMatching(/^start /),
      "started",
      expect.stringMatching(/^container inspect /),
      expect.stringMatching(/^container rm --force /),
    ]);
  });

  test("a build is compared by its digest, and its name is taken away", async () => {
    await app({ web: `${registry}@${digest("a")}` });
    const calls = engine({ inspected: { Digest: digest("a"), Config: {} } });
    const { code, out } = await drill("--build", ".", "--app", "shop");
    expect([code, out]).toEqual([0, expect.stringContaining("as the image built from .; it has no HEALTHCHECK")]);
    expect(calls().filter((call) => /^(build|image rm)/.test(call))).toEqual([
      expect.stringMatching(/^build --platform linux\/amd64 --tag airworthy-drill-[0-9a-f]{8} \.$/),
      expect.stringMatching(/^image rm --force airworthy-drill-[0-9a-f]{8}$/),
    ]);
  });
});

test("what there is nothing to compare of is said in one line", async () => {
  refuses(await drill(), /name the image with --image/, fly.recorded());
  refuses(await drill("--build", "."), /--build needs docker or podman/, fly.recorded());
  refuses(await drill("--image", "shop:v1"), /docker or podman would know the digest of shop:v1/, fly.recorded());
  refuses(await drill("--image", "oci:nowhere"), /there is no OCI layout nowhere/, fly.recorded());
  refuses(await drill("--image", "shop@sha256:12"), /sha256:12 is no digest/, fly.recorded());
  refuses(await drill("--image", digest("a")), /name with --app the app/, fly.recorded());
  engine({ inspected: { RepoDigests: [`x@${digest("a")}`], Config: {} } });
  refuses(await drill("--image", "shop:v1"), /here is no HEALTHCHECK to run either/, fly.recorded());
  refuses(await drill("--image", digest("a"), "--app", "none"), /there is no app "none"/, fly.recorded());
});
