import { hasEnded, ownerTerm, reasonTerm, resourceTerm, ruleTerm, untilTerm } from "./exemption-term.ts";
import type { Exempted } from "./record.ts";
import type { Resource } from "./view.ts";

/** What shall not count, why, and until when. */
export interface Exemption extends Exempted {
  /** Id of the rule. */
  readonly rule: string;
  /** Names of the resources it is for, with `*` for any text. */
  readonly resource: string;
  /** Pulumi project that it is for, where a file is shared by several. @default all that read the file */
  readonly project?: string | undefined;
  /** How a message calls it: `exemption 2 of airworthy.toml`. */
  readonly entry: string;
  /** URN of the component whose argument it is; it reaches that and what is in it. */
  readonly within?: string;
}

/** What an exemption is asked about. */
export type Exemptible = Pick<Resource, "name" | "urn">;

/** A resource as far as it matters here: whose child it is, and what it exempts. */
export type Noted = Pick<Resource, "name" | "urn" | "type" | "props"> & { readonly parent?: string | undefined };

interface Kin {
  readonly parent?: string | undefined;
  /** What its argument said, to notice a change. */
  readonly said: string;
  readonly exemptions: readonly Exemption[];
}

/** The exemptions of the file and of the components seen so far, and which of them have met something. */
export class Exemptions {
  readonly #ofFile: readonly Exemption[];
  readonly #now: Date;
  readonly #kin = new Map<string, Kin>();
  readonly #met = new Set<Exemption>();
  /** Of the resources seen so far; none is where none of them is Pulumi's. */
  #project: string | undefined;

  constructor(ofFile: readonly Exemption[], now: Date) {
    this.#ofFile = ofFile;
    this.#now = now;
  }

  /** Remembers whose child a resource is and what it exempts. The engine shows a component before its children. */
  note({ urn, name, type, parent, props }: Noted): void {
    this.#project ??= projectOf(urn);
    const exempt = type.startsWith("airworthy:index:") ? props["exempt"] : undefined;
    const said = Array.isArray(exempt) ? JSON.stringify(exempt) : "";
    if (this.#kin.get(urn)?.said === said) return;
    const owner = `${type.split(":").at(-1)} ${name}`;
    this.#kin.set(urn, { parent, said, exemptions: said === "" ? [] : this.#inArgument(exempt, owner, urn) });
  }

  #inArgument(exempt: unknown, owner: string, within: string): Exemption[] {
    return (exempt as unknown[]).flatMap((one, index) => {
      const { rule, resource = "*", reason, owner: by, until } = (one ?? {}) as Record<string, unknown>;
      const terms = [ruleTerm, resourceTerm, reasonTerm, ownerTerm, untilTerm(this.#now)];
      // The component has refused what is wrong. What gets here all the same exempts nothing.
      if (![rule, resource, reason, by, until].every((value, place) => terms[place]?.holds(value))) return [];
      const said = { rule, resource, reason, owner: by, until } as Omit<Exemption, "entry" | "within">;
      return [{ ...said, entry: `exempt[${index}] of ${owner}`, within }];
    });
  }

  /** What exempts the resource from the rule, the one that holds longest; it has met something then. */
  covering(rule: string, resource: Exemptible): Exemption | undefined {
    const project = projectOf(resource.urn);
    const found = [...this.#ofFile, ...this.#above(resource.urn)].filter(
      (one) =>
        one.rule === rule &&
        isFor(one, project) &&
        !hasEnded(one.until, this.#now) &&
        matches(one.resource, resource.name),
    );
    for (const one of found) this.#met.add(one);
    return found.toSorted((one, other) => (one.until < other.until ? 1 : -1))[0];
  }

  /** Those of the components that a resource is in, and its own. */
  *#above(urn: string | undefined): Generator<Exemption> {
    for (let at = urn; at !== undefined; at = this.#kin.get(at)?.parent) yield* this.#kin.get(at)?.exemptions ?? [];
  }

  /** All that are about this run. */
  get #all(): Exemption[] {
    return [
      ...this.#ofFile.filter((one) => isFor(one, this.#project)),
      ...[...this.#kin.values()].flatMap(({ exemptions }) => exemptions),
    ];
  }

  /** Those whose last day has passed, without those that were renewed: another for the same holds. */
  get ended(): Exemption[] {
    const [ended, standing] = [true, false].map((wanted) =>
      this.#all.filter(({ until }) => hasEnded(until, this.#now) === wanted),
    ) as [Exemption[], Exemption[]];
    const same = (one: Exemption, other: Exemption) =>
      one.rule === other.rule && one.resource === other.resource && one.within === other.within;
    return ended.filter((one) => !standing.some((other) => same(one, other)));
  }

  /** Those that hold and have met nothing since {@link forget}. */
  get unmet(): Exemption[] {
    return this.#all.filter((one) => !hasEnded(one.until, this.#now) && !this.#met.has(one));
  }

  /** Begins anew, for a process that is asked about another run. */
  forget(): void {
    this.#met.clear();
  }
}

const projectOf = (urn: string): string | undefined => /^urn:pulumi:[^:]+::([^:]+)::/.exec(urn)?.[1];

const isFor = ({ project }: Exemption, run: string | undefined) => project === undefined || project === run;

/** Whether the name is of the pattern, in which `*` is any text. */
function matches(pattern: string, name: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(name);
}
