import type { Problem } from "../lifecycle.ts";
import { type Path, type Properties, unknown } from "../value.ts";
import type { MachineConfig } from "./schema.ts";

/** What a machine or group is at Fly, once its names are known: two of a stack that are the same would fight over it. */
export function identityIn({ app, name }: Properties, kind: string): string | undefined {
  const isKnown = [app, name].every((part) => typeof part === "string" && part !== unknown);
  return isKnown ? `${kind} ${name} of app ${app}` : undefined;
}

/** A redirect to HTTPS where nothing speaks HTTP. */
export function portProblems(news: Properties): Problem[] {
  const config = news["config"] as unknown as MachineConfig | string;
  if (typeof config === "string" || !Array.isArray(config.services)) return [];
  return config.services.flatMap(({ ports }, index) =>
    (Array.isArray(ports) ? ports : []).flatMap(({ handlers, forceHttps }, port): Problem[] =>
      forceHttps === true && Array.isArray(handlers) && !handlers.includes("http")
        ? [
            {
              path: ["config", "services", index, "ports", port, "forceHttps"],
              message: 'needs the "http" handler on the same port',
            },
          ]
        : [],
    ),
  );
}

/** A volume without a place in the machine, and a place without a volume. */
export function mountProblems(volume: unknown, mounts: unknown, path: Path): Problem[] {
  if (volume !== undefined && mounts === undefined) {
    return [{ path, message: "has no place in the machine: give config.mounts a path" }];
  }
  if (volume === undefined && Array.isArray(mounts) && mounts.length > 0) {
    return [{ path, message: "is required, because config.mounts has a path for it" }];
  }
  return [];
}
