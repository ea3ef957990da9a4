import { FlyError } from "../../fly/errors.ts";
import { type FlyMachine, shownConfig } from "../../fly/machine.ts";

/** What a program writes as image where CI deploys the images, and Pulumi everything else (decision 0005). */
const running = "running";

/** Whether what runs is kept. */
export const keepsImage = ({ image }: { image?: unknown }): boolean => image === running;

/** Image that a machine runs, as far as Fly can tell. */
export const imageOf = (machine: FlyMachine | undefined): string | undefined => {
  const image = machine && shownConfig(machine)["image"];
  return typeof image === "string" ? image : undefined;
};

/** Why what runs cannot be kept: there is nothing. */
export const nothingToKeep = (does: string) =>
  new FlyError(
    "invalid",
    does,
    'config.image is "running", and there is no machine whose image to keep. Give an image for the first `up`',
  );

/** The value that occurs most often, and of several the first. */
export function mostCommon<T>(values: readonly T[], key: (value: T) => string = String): T | undefined {
  const keys = values.map(key);
  const counts = new Map(keys.map((one) => [one, keys.filter((other) => other === one).length]));
  const most = Math.max(...counts.values());
  return values.find((_, index) => counts.get(keys[index] ?? "") === most);
}
