import { at, type Path, type Value } from "../value.ts";
import { fromWire } from "./wire.ts";

/** Parts of a config whose content people choose, and so may choose to keep secret. */
const personal = new Set(["env", "files", "init", "processes", "containers"]);

type Node = Record<string | number, unknown>;

/** Puts live values, in Fly's spelling, at the places in a declared config where the program would declare them. */
export class Overlay {
  readonly #config: Node;
  readonly #done = new Set<string>();
  /** Places where nothing was declared, so that nothing says whether the value is secret. */
  readonly secrets: Path[] = [];

  /** @param config is changed in place */
  constructor(config: object) {
    this.#config = config as Node;
  }

  /** The same difference of several machines is put once: the first one stands for all. */
  put(drift: readonly Path[], live: Value): void {
    const fresh = drift.filter((path) => !this.#done.has(JSON.stringify(path)));
    for (const path of fresh) this.#done.add(JSON.stringify(path));
    const isGone = (path: Path) => at(live, path) === undefined;
    // From the end: what is taken out of a list moves all that follows.
    for (const path of fresh.filter(isGone).reverse()) this.#remove(inputPath(path));
    for (const path of fresh.filter((path) => !isGone(path))) this.#set(inputPath(path), spelt(path, at(live, path)));
  }

  #remove(path: Path): void {
    const parent = at(this.#config as Value, path.slice(0, -1)) as Node | unknown[] | undefined;
    const last = path.at(-1) ?? "";
    if (Array.isArray(parent)) parent.splice(Number(last), 1);
    else if (parent !== undefined) delete parent[last];
  }

  #set(path: Path, value: unknown): void {
    if (personal.has(String(path[0])) && at(this.#config as Value, path) === undefined) this.secrets.push(path);
    let node = this.#config;
    for (const part of path.slice(0, -1)) {
      node[part] ??= {};
      node = node[part] as Node;
    }
    node[path.at(-1) ?? ""] = value;
  }
}

/** The value at a place; with its name, because the names in some maps are the user's. */
const spelt = (path: Path, value: unknown): unknown =>
  typeof path.at(-1) === "string"
    ? Object.values(fromWire({ [path.at(-1) as string]: value }) as object)[0]
    : fromWire(value);

/** Only names that are Fly's are respelt, not those that users chose. */
function inputPath([top, ...rest]: Path): Path {
  const spell = (part: string | number) =>
    typeof part === "string" ? (Object.keys(fromWire({ [part]: 0 }) as object)[0] ?? part) : part;
  if (top === "env" || top === "metadata") return [top, ...rest];
  if (top === "checks") return [top, ...rest.map((part, index) => (index === 0 ? part : spell(part)))];
  return [top ?? "", ...rest].map(spell);
}
