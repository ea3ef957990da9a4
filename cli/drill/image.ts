import { setTimeout as sleep } from "node:timers/promises";
import { type FlyMachine, machineList, metadataOf, shownConfig } from "../../fly/machine.ts";
import { lengthOf } from "../local/option.ts";
import { Trouble } from "../trouble.ts";
import { drillName, type Engine, findEngine } from "./container-engine.ts";
import { type Finding, type Session, seconds } from "./drill.ts";
import { flyOf } from "./fly.ts";
import { health, imageOfBuild, imageOfEngine, imageOfLayout, type LocalImage } from "./local-image.ts";

export interface ImageOptions {
  image?: string;
  build?: string;
  app?: string;
  group?: string;
  within: string;
  local?: boolean;
}

/** What one half of the drill found. */
interface Part {
  passed: boolean;
  text: string;
}

/**
 * Compares the digest of an image here with that of what the app's machines run, and runs the image's own HEALTHCHECK
 * where a container engine answers. What could not be done is said in the detail.
 */
export async function image(session: Session, options: ImageOptions): Promise<Finding> {
  const withinMs = lengthOf("--within", options.within);
  const start = performance.now();
  const engine = await findEngine(session.signal);
  const ours = await localImage(session, options, engine);
  if (options.app === undefined && ours.hasHealthcheck !== true) {
    throw new Trouble(
      "name with --app the app whose machines are compared: here is no HEALTHCHECK to run either, which takes docker or podman and an image that has one",
    );
  }
  const compared = options.app === undefined ? undefined : await compare(session, options, options.app, ours);
  const checked = await healthOf(session, engine, ours, withinMs);
  const parts = [compared ?? { passed: true, text: "no app was compared" }, checked];
  return {
    app: options.app ?? "*",
    result: parts.every(({ passed }) => passed) ? "passed" : "failed",
    ...(ours.digests[0] !== undefined && { release: ours.digests[0] }),
    durationMs: performance.now() - start,
    detail: parts.map(({ text }) => text).join("; "),
  };
}

/** What was given: a digest, an OCI layout, what the engine has under a name, or a folder to build. */
async function localImage(session: Session, options: ImageOptions, engine: Engine | undefined): Promise<LocalImage> {
  const { image, build } = options;
  if ((image === undefined) === (build === undefined)) {
    throw new Trouble(
      "name the image with --image <reference, digest or oci:path>, or a folder with a Dockerfile with --build",
    );
  }
  if (build !== undefined) {
    if (engine === undefined) throw new Trouble("--build needs docker or podman, and none answers here");
    return imageOfBuild(session, engine, build, drillName());
  }
  const reference = image as string;
  if (reference.startsWith("oci:")) return imageOfLayout(reference.slice("oci:".length));
  const [name = "", digest] = /^sha256:/.test(reference) ? ["", reference] : reference.split("@");
  if (digest !== undefined && !/^sha256:[0-9a-f]{64}$/.test(digest)) {
    throw new Trouble(`--image: ${digest} is no digest, which is sha256: and 64 of 0-9 and a-f`);
  }
  const known = engine && name !== "" && (await engine.run("image", "inspect", reference)).code === 0;
  if (engine !== undefined && known) {
    const found = await imageOfEngine(engine, reference);
    return digest === undefined ? found : { ...found, digests: [digest] };
  }
  if (digest !== undefined) return { name: `image ${reference}`, digests: [digest] };
  throw new Trouble(
    engine === undefined
      ? `docker or podman would know the digest of ${reference}, and none answers here: give it with its digest, or an OCI layout as oci:path`
      : `${engine.name} has no image ${reference}: pull or build it first`,
  );
}

async function compare(session: Session, options: ImageOptions, app: string, ours: LocalImage): Promise<Part> {
  const [shown] = ours.digests;
  if (shown === undefined) {
    throw new Trouble(
      `the engine knows no registry's digest of ${ours.name}: push it first, or build an OCI layout and give it as oci:path`,
    );
  }
  const fly = await flyOf(session, options);
  const machines = await machineList(fly.client, app);
  if (machines === undefined) throw new Trouble(`there is no app "${app}" at ${fly.name}`);
  const running = ofGroup(machines, app, options.group);
  const others = running.filter((machine) => !ours.digests.includes(digestOf(machine) ?? ""));
  if (others.length === 0)
    return { passed: true, text: `all ${running.length} machines run ${short(shown)}, as ${ours.name}` };
  const found = [...new Set(others.map((machine) => short(digestOf(machine) ?? "an unknown digest")))].join(", ");
  return {
    passed: false,
    text: `${others.length} of ${running.length} machines run ${found}, and ${ours.name} is ${short(shown)}`,
  };
}

/** The machines that are to run one image: those of the group, or all where the app has but one image. */
function ofGroup(machines: readonly FlyMachine[], app: string, group: string | undefined): FlyMachine[] {
  const groupOf = (machine: FlyMachine) => metadataOf(machine)["fly_process_group"] ?? "";
  const groups = [...new Set(machines.map(groupOf))].filter(Boolean).join(", ");
  const chosen = machines.filter((machine) => group === undefined || groupOf(machine) === group);
  if (chosen.length === 0)
    throw new Trouble(
      `app "${app}" has no machine${group === undefined ? "" : ` of group ${group}; there are ${groups}`}`,
    );
  const names = new Set(chosen.map((machine) => nameOf(String(shownConfig(machine)["image"] ?? ""))));
  if (names.size === 1) return chosen;
  throw new Trouble(`the machines of app "${app}" run several images: name one of its groups with --group (${groups})`);
}

const nameOf = (reference: string) => (reference.split("@")[0] ?? "").replace(/:[^:/]*$/, "");

const digestOf = (machine: FlyMachine): string | undefined =>
  machine.image_ref?.digest || String(shownConfig(machine)["image"] ?? "").split("@")[1];

const short = (digest: string) => digest.slice(0, "sha256:".length + 12);

async function healthOf(
  session: Session,
  engine: Engine | undefined,
  ours: LocalImage,
  withinMs: number,
): Promise<Part> {
  const not = "its HEALTHCHECK was not run";
  if (engine === undefined) return { passed: true, text: `${not}: no docker or podman answers here` };
  if (ours.runnable === undefined) return { passed: true, text: `${not}: ${engine.name} does not have the image` };
  if (ours.hasHealthcheck !== true) return { passed: true, text: "it has no HEALTHCHECK" };
  session.say("running it until its HEALTHCHECK says something");
  const pause = () => sleep(500, undefined, { signal: session.signal });
  const said = await health(session, engine, ours.runnable, withinMs, pause);
  if (said === "healthy") return { passed: true, text: "its HEALTHCHECK passed here" };
  const why =
    said === "ended"
      ? "it ended before its HEALTHCHECK said anything"
      : `its HEALTHCHECK ${said === undefined ? `said nothing within ${seconds(withinMs)}` : "failed here"}`;
  return { passed: false, text: why };
}
