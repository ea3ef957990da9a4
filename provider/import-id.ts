import { FlyError } from "../fly/errors.ts";

/**
 * The parts of an id such as `<app>/<hostname>`. The last takes the rest, slashes too.
 * @param form the id as documentation spells it
 */
export function partsOf(noun: string, id: string, form: string): string[] {
  const wanted = form.split("/").length;
  const all = id.split("/");
  const parts = [...all.slice(0, wanted - 1), all.slice(wanted - 1).join("/")];
  if (parts.every((part) => part !== "") && parts.length === wanted) return parts;
  throw new FlyError("invalid", `import ${noun} "${id}"`, `the id must be ${form}`);
}

/** The error of an import of what is not there; Pulumi's own says no more than that. `look` lists what there is. */
export const nothingToImport = (what: string, look: string) =>
  new FlyError("not-found", `import ${what}`, `there is none. \`${look}\` lists what there is`);
