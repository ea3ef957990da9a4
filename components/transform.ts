import { RunError } from "@pulumi/pulumi/errors.js";
import { type CustomResourceOptions, mergeOptions } from "@pulumi/pulumi/resource.js";
import type {
  AppArgs,
  CertificateArgs,
  Deploy,
  DeployTokenArgs,
  IpAddressArgs,
  MachineConfig,
  ProcessGroupArgs,
  SecretsArgs,
  Slot,
  VolumeArgs,
} from "../resources/index.ts";
import { isRecord, orList } from "./mistake.ts";

/** A resource of a component before it is registered. */
export interface Child<Args> {
  /** Its name in Pulumi, such as `shop-web` or `shop-v4`. */
  readonly name: string;
  /** What it is made from if nothing is changed. */
  readonly args: Readonly<Args>;
  /** Its resource options if nothing is changed. */
  readonly options: Readonly<CustomResourceOptions>;
}

/** What a transform wants otherwise. */
export interface Change<Args> {
  /** Arguments that take the place of those of the same name; `undefined` takes one out. The others stay. */
  args?: Partial<Args> | undefined;
  /** Resource options, merged as Pulumi merges options: lists are joined, anything else takes the old one's place. */
  options?: CustomResourceOptions | undefined;
}

/** Looks at each resource of a kind and answers with what is to be changed, or with nothing. */
export type Transform<Args> = (child: Child<Args>) => Change<Args> | undefined;

/** What a process group of a component is made from: nothing in it that is still to come. */
export interface GroupChildArgs extends ProcessGroupArgs {
  /** The machines. */
  slots: Slot[];
  /** What every machine runs. */
  config: MachineConfig;
  /** How a change is rolled out. */
  deploy: Deploy;
}

/**
 * Changes to the resources of a component, by their kind. Names and parents stay; a resource can be changed, not left out.
 *
 * @example
 * ```ts
 * transform: {
 *   ipAddress: ({ name }) => (name === "shop-v4" ? { args: { type: "v4" } } : undefined), // a dedicated IPv4
 *   processGroup: ({ args }) => ({ args: { config: { ...args.config, files: [motd] } } }),
 *   app: () => ({ options: { protect: true } }),
 * }
 * ```
 */
export interface TransformArgs {
  /** The app, unless the program gave it. */
  app?: Transform<AppArgs> | undefined;
  /** The secrets. */
  secrets?: Transform<SecretsArgs> | undefined;
  /** Each address. */
  ipAddress?: Transform<IpAddressArgs> | undefined;
  /** The certificate of each of `domains`. */
  certificate?: Transform<CertificateArgs> | undefined;
  /** The deploy token. */
  deployToken?: Transform<DeployTokenArgs> | undefined;
  /** The volume of each slot. */
  volume?: Transform<VolumeArgs> | undefined;
  /** Each process group. */
  processGroup?: Transform<GroupChildArgs> | undefined;
}

/** What a resource of a kind is made from. */
export type ArgsOf<Kind extends keyof TransformArgs> =
  NonNullable<TransformArgs[Kind]> extends Transform<infer Args extends object> ? Args : never;

/** What a resource is constructed with: name, arguments, options. */
export type Construction<Args> = [name: string, args: Args, options: CustomResourceOptions];

/** What a resource of a component is constructed with once the program's changes are over its own. */
export function transformed<Kind extends keyof TransformArgs>(
  transforms: TransformArgs | undefined,
  kind: Kind,
  [name, args, options]: Construction<ArgsOf<Kind>>,
): Construction<ArgsOf<Kind>> {
  const transform = transforms?.[kind] as Transform<ArgsOf<Kind>> | undefined;
  // Frozen, so that an assignment says that it changes nothing: some of it belongs to other resources too.
  const change = transform?.({ name, args: Object.freeze({ ...args }), options: Object.freeze({ ...options }) });
  if (change === undefined) return [name, args, options];
  const problem = problemOf(change);
  if (problem !== undefined) throw new RunError(`transform.${kind} answered for ${name} with ${problem}`);
  return [name, { ...args, ...change.args }, mergeOptions(options, change.options)];
}

/** What is wrong with the answer of a transform. Values are not shown: they may be secret. */
function problemOf(change: unknown): string | undefined {
  const advice = "give { args, options } with what is to be changed, or nothing";
  if (change instanceof Promise) return `a promise; a transform must not be async; ${advice}`;
  if (!isRecord(change)) return `${change === null ? "null" : `a ${typeof change}`}; ${advice}`;
  const strange = Object.keys(change).filter((key) => key !== "args" && key !== "options");
  if (strange.length > 0) return `${orList(strange)}; put that into args: { … } or options: { … }`;
  for (const [key, value] of Object.entries(change)) {
    if (value !== undefined && !isRecord(value)) return `${key} that is no object; ${advice}`;
  }
  return undefined;
}
