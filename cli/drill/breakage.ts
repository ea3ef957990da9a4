import { randomBytes } from "node:crypto";
import { lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Trouble } from "../trouble.ts";
import type { Group } from "./deployed.ts";
import { succeeds } from "./runner.ts";
import type { ThrowAway } from "./throw-away.ts";

/** New releases of the program, and how to make one the one that is declared. */
export interface Breakage {
  /** Image of the release that breaks, as a program spells it. */
  broken: string;
  /** Image of the one that is wrong and healthy: another, unless the user names one alone. */
  healthy: string;
  /** For people: `another hello:image in the configuration`. */
  text: string;
  declare(image: string): Promise<unknown>;
}

/** The key and the value of `--break key=value`. */
export function brokenKey(text: string): { key: string; value: string } {
  const at = text.indexOf("=");
  if (at < 1 || at === text.length - 1)
    throw new Trouble(`--break takes a key and a value, as image=registry.fly.io/shop:broken`);
  return { key: text.slice(0, at), value: text.slice(at + 1) };
}

/**
 * Finds where the program takes an image from, in its configuration or as a text in its files, and puts another there
 * that nobody has built: on the local Fly no image is run, and the world says what becomes of it.
 */
export function breakageOf(world: ThrowAway, groups: readonly Group[], asked: string | undefined): Breakage {
  if (asked !== undefined) {
    const { key, value } = brokenKey(asked);
    return {
      broken: value,
      healthy: value,
      text: `${key} as --break says`,
      declare: (image) => configure(world, key, image),
    };
  }
  const images = groups.flatMap(({ releases }) => releases.slice(0, 1).map(({ image }) => image));
  const uses = (one: string) => images.filter((image) => image === one).length;
  for (const image of [...new Set(images)].sort((one, other) => uses(other) - uses(one))) {
    const found = inConfig(world, image) ?? inFiles(world, image);
    if (found !== undefined) return found;
  }
  throw new Trouble(
    "the image is neither a value of the configuration nor a text in the program's files: say what makes a new release with --break key=value, a key of the stack's configuration and another image",
  );
}

/** Another image of the same name; a digest, since a tag may be against the rules in force. */
function another(image: string): string {
  const [name = ""] = image.split("@");
  return `${name.replace(/:[^:/]*$/, "")}@sha256:${randomBytes(32).toString("hex")}`;
}

function inConfig(world: ThrowAway, image: string): Breakage | undefined {
  const [key] = [...world.config].find(([, value]) => value === image) ?? [];
  if (key === undefined) return undefined;
  const text = `another ${key} in the configuration`;
  return { broken: another(image), healthy: another(image), text, declare: (next) => configure(world, key, next) };
}

const configure = ({ runner, stage }: ThrowAway, key: string, value: string) =>
  succeeds(runner.pulumi(["config", "set", "--plaintext", key, value]), "changing the configuration", stage.log);

const most = 1024 ** 2;

/** The files of the project's folder itself: they are links, and the one that names the image becomes a copy. */
function inFiles({ project, stage }: ThrowAway, image: string): Breakage | undefined {
  const name = readdirSync(project).find((file) => {
    const path = join(project, file);
    const stat = lstatSync(path);
    return (
      /\.(m?[jt]s|py|go|ya?ml)$/.test(file) &&
      !file.startsWith("Pulumi.") &&
      stat.isFile() &&
      stat.size < most &&
      readFileSync(path, "utf8").includes(image)
    );
  });
  if (name === undefined) return undefined;
  const declare = async (next: string) => {
    const text = readFileSync(join(project, name), "utf8");
    rmSync(join(stage.cwd, name));
    writeFileSync(join(stage.cwd, name), text.replaceAll(image, next));
  };
  return { broken: another(image), healthy: another(image), text: `another image in a copy of ${name}`, declare };
}
