import { execFile } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Trouble } from "../trouble.ts";
import { drillName, type Engine, remove, startNamed } from "./container-engine.ts";
import type { Session } from "./drill.ts";

/** An image as it is known here. */
export interface LocalImage {
  /** For people: `the image in ./build`. */
  name: string;
  /** Digests under which a registry may have it: of its manifest, and of the list of platforms that names it. */
  digests: string[];
  /** What the engine runs, where it can. */
  runnable?: string;
  hasHealthcheck?: boolean;
}

const digest = /^sha256:[0-9a-f]{64}$/;

const Manifests = z.looseObject({
  manifests: z.array(
    z.looseObject({
      digest: z.string().regex(digest),
      mediaType: z.string().nullish(),
      platform: z.looseObject({ architecture: z.string() }).nullish(),
    }),
  ),
});

/** The image of an OCI layout, a folder or a tar file, as `docker buildx build --output type=oci` writes it. */
export async function imageOfLayout(path: string): Promise<LocalImage> {
  if (!existsSync(path)) throw new Trouble(`--image: there is no OCI layout ${path}`);
  const read = statSync(path).isDirectory()
    ? async (file: string) => readFileSync(join(path, file), "utf8")
    : (file: string) => fromTar(path, file);
  const top = manifestsIn(await read("index.json").catch(() => ""), path);
  const digests: string[] = [];
  for (const { digest, mediaType } of top) {
    digests.push(digest);
    if (!/image\.index|manifest\.list/.test(mediaType ?? "")) continue;
    const nested = manifestsIn(await read(`blobs/sha256/${digest.slice("sha256:".length)}`), path);
    // What the build attests of itself is in the list too, for no platform.
    digests.push(...nested.filter(({ platform }) => platform?.architecture !== "unknown").map((one) => one.digest));
  }
  return { name: `the image in ${path}`, digests };
}

function manifestsIn(text: string, path: string) {
  try {
    return Manifests.parse(JSON.parse(text)).manifests;
  } catch {
    throw new Trouble(`--image: ${path} is no OCI layout: it has no index.json with manifests`);
  }
}

function fromTar(path: string, file: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile("tar", ["-xOf", path, file], (error, out) => {
      if (error === null && out !== "") resolve(out);
      else
        execFile("tar", ["-xOf", path, `./${file}`], (again, text) => (again === null ? resolve(text) : reject(again)));
    });
  });
}

const Inspected = z
  .array(
    z.looseObject({
      RepoDigests: z.array(z.string()).nullish(),
      // Of Podman: Digest and Healthcheck. Of Docker where containerd keeps the images: Descriptor.
      Digest: z.string().nullish(),
      Descriptor: z.looseObject({ digest: z.string().nullish() }).nullish(),
      Config: z.looseObject({ Healthcheck: z.looseObject({}).nullish() }).nullish(),
      Healthcheck: z.looseObject({}).nullish(),
    }),
  )
  .min(1);

/** An image the engine has, with the digests it knows of it. */
export async function imageOfEngine(engine: Engine, reference: string): Promise<LocalImage> {
  const text = await engine.ok(`look at image ${reference}`, "image", "inspect", reference);
  const [found] = Inspected.parse(JSON.parse(text));
  const all = [...(found?.RepoDigests ?? []), found?.Digest, found?.Descriptor?.digest];
  const digests = all.flatMap((one) => one?.split("@").at(-1) ?? []).filter((one) => digest.test(one));
  const hasHealthcheck = Boolean(found?.Config?.Healthcheck ?? found?.Healthcheck);
  return { name: `image ${reference}`, digests: [...new Set(digests)], runnable: reference, hasHealthcheck };
}

/** Builds a folder's Dockerfile under a name that is taken away again. */
export async function imageOfBuild(session: Session, engine: Engine, folder: string, tag: string): Promise<LocalImage> {
  if (!existsSync(folder)) throw new Trouble(`--build: there is no folder ${folder}`);
  session.say(`building ${folder}`);
  session.undo(`image ${tag}`, () => remove(engine, "image", tag));
  // Fly's machines are of this platform.
  await engine.ok(`build ${folder}`, "build", "--platform", "linux/amd64", "--tag", tag, folder);
  return { ...(await imageOfEngine(engine, tag)), name: `the image built from ${folder}` };
}

/** Runs the image until its own HEALTHCHECK says something. Answers with what it says, `undefined` where nothing came. */
export async function health(
  session: Session,
  engine: Engine,
  image: string,
  withinMs: number,
  pause: () => Promise<unknown>,
): Promise<"healthy" | "unhealthy" | "ended" | undefined> {
  const id = drillName();
  session.undo(`container ${id}`, () => remove(engine, "container", id));
  await startNamed(engine, id, image);
  let failed = false;
  for (const until = performance.now() + withinMs; performance.now() < until; await pause()) {
    const said = await engine.ok("look how the image is", "inspect", "--format", "{{json .State}}", id);
    const { Running, Health } = JSON.parse(said) as State;
    if (Running === false) return "ended";
    if (Health?.Status === "healthy" || Health?.Status === "unhealthy") return Health.Status;
    // Podman leaves the schedule of the check to systemd, which is not everywhere.
    if (engine.name !== "podman") continue;
    if ((await engine.run("healthcheck", "run", id)).code === 0) return "healthy";
    failed = true;
  }
  return failed ? "unhealthy" : undefined;
}

interface State {
  Running?: boolean;
  Health?: { Status?: string };
}
