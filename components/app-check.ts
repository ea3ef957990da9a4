import { Output } from "@pulumi/pulumi/output.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";
import { durationMs } from "../fly/duration.ts";
import { App } from "../resources/index.ts";
import type { ProductionAppArgs } from "./arguments.ts";
import { known } from "./known-argument.ts";
import { duration, isRecord, knownKeys, type Report, show } from "./mistake.ts";

/** Reports what is wrong with which app it is, who may reach it, and what is changed of its resources. */
export function appMistakes(report: Report, args: ProductionAppArgs): void {
  nameMistake(report, args);
  joinMistakes(report, args);
  if (args.orgSlug === "") report("orgSlug", "is empty; give an organisation's slug, or leave it out");
  if (args.private !== undefined && typeof args.private !== "boolean") {
    report("private", `is ${show(args.private)}; give true or false`);
  }
  deployTokenMistakes(report, args);
  transformMistakes(report, args);
}

function nameMistake(report: Report, { appName }: ProductionAppArgs) {
  if (appName === undefined || (typeof appName === "string" && /^[a-z][a-z0-9-]{0,62}$/.test(appName))) return;
  report("appName", `is ${show(appName)}; give at most 63 lowercase letters, digits and dashes, first a letter`);
}

function joinMistakes(report: Report, { app, appName, orgSlug }: ProductionAppArgs) {
  if (app === undefined) return;
  for (const [path, value] of Object.entries({ appName, orgSlug })) {
    if (value !== undefined) report(path, "is given beside app, which has its own; take one of the two out");
  }
  if (isApp(app)) return;
  const found = isRecord(app) ? "an object that is no App" : show(app);
  report("app", `is ${found}; give an App of this program, or appName for a new app`);
}

/** By its type's name: the program may have another copy of this package. */
const isApp = (value: unknown): value is App =>
  CustomResource.isInstance(value) && (value as unknown as { __pulumiType: unknown }).__pulumiType === App.__pulumiType;

function deployTokenMistakes(report: Report, { deployToken }: ProductionAppArgs) {
  if (deployToken === undefined || !knownKeys(report, "deployToken", deployToken, known.deployToken)) return;
  const { expiresIn = "90d", rotateAfter, rotationTriggers } = deployToken;
  duration(report, "deployToken.expiresIn", expiresIn, "1h", "7305d");
  duration(report, "deployToken.rotateAfter", rotateAfter, "1s");
  const [age, life] = [durationMs(rotateAfter), durationMs(expiresIn)];
  if (age !== undefined && life !== undefined && age >= life) {
    const risk = "CI would have an expired token first";
    report("deployToken.rotateAfter", `is ${show(rotateAfter)}, not below expiresIn, ${show(expiresIn)}; ${risk}`);
  }
  const isLater = Output.isInstance(rotationTriggers) || rotationTriggers instanceof Promise;
  if (rotationTriggers !== undefined && !isLater && !Array.isArray(rotationTriggers)) {
    report("deployToken.rotationTriggers", `is ${show(rotationTriggers)}; give a list, such as ["ana", "ben"]`);
  }
}

function transformMistakes(report: Report, { transform }: ProductionAppArgs) {
  if (transform === undefined || !knownKeys(report, "transform", transform, known.transform)) return;
  for (const [kind, value] of Object.entries(transform)) {
    if (!Object.hasOwn(known.transform, kind) || value === undefined || typeof value === "function") continue;
    report(`transform.${kind}`, `is ${show(value)}; give a function, such as ({ name }) => ({ args: { … } })`);
  }
}
