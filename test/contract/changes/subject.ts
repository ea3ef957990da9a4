import type { Properties, Value } from "../../../provider/value.ts";
import { send, type withLocalFly } from "../../support/local-fly.ts";

/** The Fly that a resource is made on, with an app of its own. */
export interface Place {
  engine: ReturnType<typeof withLocalFly>["engine"];
  app: string;
  /** A call of Fly's API as a person with curl would make it. */
  send(method: string, path: string, body?: unknown): Promise<unknown>;
}

/** Another value of a field, or how one that needs something at Fly is come by. */
type Sample = Value | ((place: Place, base: Properties) => Promise<Value>);

/** A resource to change: what it is made from, and for every input field another value. */
export interface Subject {
  type: string;
  /** Arguments that make it; they set as many fields as can stand beside each other. */
  base(place: Place): Promise<Properties> | Properties;
  /** Other arguments for fields that cannot stand beside those of `base`. */
  baseFor?: Record<string, (place: Place) => Properties>;
  /** By the path that `docs/resources.md` has; of a field of a list's items, the whole list. */
  changed: Record<string, Sample>;
  /** Fields that cannot stand beside another value of a field, and go with the change. */
  without?: Record<string, string[]>;
  /** Fields whose change is the state's matter, of which Fly is not told. */
  unsaid?: string[];
}

let made = 0;

/** A new app on the local Fly. */
export async function placeOn({ engine, fly }: ReturnType<typeof withLocalFly>): Promise<Place> {
  const app = `place-${++made}`;
  await engine.create("App", app, { name: app });
  return { engine, app, send: (method, path, body) => send(fly, method, path, body) };
}

/** The arguments with a field changed. */
export async function withChange({ changed, without = {} }: Subject, path: string, place: Place, base: Properties) {
  const sample = changed[path];
  const value = typeof sample === "function" ? await sample(place, base) : sample;
  const [top = "", leaf] = path.split(/\[\]\.|\./);
  const inside = leaf === undefined || path.includes("[]") ? value : { ...(base[top] as Properties), [leaf]: value };
  const kept = Object.entries(base).filter(([name]) => !without[path]?.includes(name));
  return { ...Object.fromEntries(kept), [top]: inside } as Properties;
}
