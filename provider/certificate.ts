import { z } from "zod";
import {
  certificateCheck,
  certificateDelete,
  certificateFind,
  certificateRequest,
  certificateUpload,
  certificateWithdraw,
  customOf,
  type FlyCertificate,
  hasOwn,
  isDuplicate,
} from "../fly/certificate.ts";
import { FlyError, isFlyError } from "../fly/errors.ts";
import { hostnameProblem } from "../fly/hostname.ts";
import { dnsRecords, recordsOf, recordText } from "./dns-record.ts";
import { nothingToImport, partsOf } from "./import-id.ts";
import { appName, replaces } from "./input.ts";
import { type Context, defineLifecycle, type Existing, HalfMade, type Known } from "./lifecycle.ts";
import { pause } from "./pause.ts";
import { leafOf, pemProblems } from "./pem.ts";
import { type Properties, same, unknown } from "./value.ts";

const hostname = z.string().superRefine((name, context) => {
  const problem = hostnameProblem(name);
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

export const certificateInputs = z.strictObject({
  app: appName.meta({ ...replaces, description: "App that answers under the name." }),
  hostname: hostname.meta({ ...replaces, description: "Host name." }),
  fullchain: z.string().optional().meta({ description: "Certificate of your own with its chain, PEM." }),
  privateKey: z.string().optional().meta({ secret: true, description: "Private key of it, PEM." }),
  waitUntilIssued: z.boolean().default(false).meta({ description: "Whether to wait until Fly has issued it." }),
});

type Inputs = z.output<typeof certificateInputs>;

export const certificate = defineLifecycle({
  token: "airworthy:index:Certificate",
  inputs: certificateInputs,
  outputs: z.object({
    status: z.string(),
    dnsRecords,
    uploaded: z.object({ issuer: z.string(), expiresAt: z.string() }).optional(),
  }),

  check: pemProblems,

  identity: ({ hostname: name }) => (typeof name === "string" && name !== unknown ? `hostname ${name}` : undefined),

  // Fly shows no PEM, so an import knows of an uploaded certificate only until when it is valid.
  settle(differences, { inputs, outputs }, news) {
    const { expiresAt } = (outputs["uploaded"] ?? {}) as { expiresAt?: string };
    const validTo = leafOf(news["fullchain"])?.validTo;
    if (inputs["fullchain"] !== undefined || !expiresAt || !validTo) return differences;
    if (Date.parse(validTo) !== Date.parse(expiresAt)) return differences;
    return differences.filter(({ path }) => path[0] !== "fullchain" && path[0] !== "privateKey");
  },

  async create(context, declared) {
    const { fullchain, hostname } = declared;
    let live = fullchain === undefined ? await requested(context, declared) : await uploaded(context, declared);
    // An uploaded one waits for the same proof without anybody else claiming the name (flyctl, certs import).
    if (live.status === "pending_ownership" && !customOf(live)) live = await takenOver(context, declared, live);
    if (recordsOf(live).every(({ purpose }) => purpose !== "traffic")) {
      context.warn(
        `app "${declared.app}" has no public address yet, so nobody is led to it under ${hostname}. Make an IpAddress, and let the Certificate depend on it to have its records here at once`,
      );
    }
    return await issued(context, declared, live, isServed);
  },

  // The app's list shows neither records nor issuers, so each name is asked for by itself.
  async read({ fly }, id, known) {
    const [app = "", name = ""] = partsOf("Certificate", id, "<app>/<hostname>");
    const live = await certificateFind(fly, app, name);
    if (live === undefined && known === undefined) {
      throw nothingToImport(`Certificate for ${name} of app "${app}"`, `fly certs list -a ${app}`);
    }
    if (live === undefined) return undefined;
    const custom = observed(live);
    if (known === undefined) {
      const inputs = { app, hostname: live.hostname, waitUntilIssued: false };
      return { ...existing(inputs, live, custom), inputs };
    }
    // Somebody stopped Fly's own: the host name is there, and what was declared is not.
    if (known.inputs["fullchain"] === undefined && live.acme_requested === false && !custom) return undefined;
    // What was uploaded is compared with again, unless it is not there any more.
    const before = custom && (known.outputs["uploaded"] as Properties | undefined);
    return { ...existing({ app, hostname: name }, live, before), inputs: asLive(known, custom) };
  },

  async update(context, id, declared, known) {
    const found = await certificateFind(context.fly, declared.app, declared.hostname);
    if (found === undefined) {
      throw new FlyError("not-found", `update certificate ${id}`, "it is gone. Run `pulumi refresh`, then `pulumi up`");
    }
    if (declared.fullchain !== undefined) {
      const live = isUploaded(declared, known, found) ? found : await uploaded(context, declared);
      return await issued(context, declared, live, isServed);
    }
    const live = found.acme_requested === false ? await requested(context, declared) : found;
    if (!customOf(live) || known.inputs["fullchain"] === undefined) {
      return await issued(context, declared, live, isServed);
    }
    // The uploaded one is served until Fly's own is there, if anybody wants to wait for that.
    await issued(context, declared, live, hasOwn);
    const left = await certificateWithdraw(context.fly, declared.app, declared.hostname);
    return existing(declared, left ?? live, undefined);
  },

  async remove({ fly }, id) {
    const [app = "", name = ""] = partsOf("Certificate", id, "<app>/<hostname>");
    await certificateDelete(fly, app, name);
  },
});

const isServed = ({ status }: FlyCertificate) => status === "active";

/** What Fly shows of the uploaded certificate. Its key and PEM it never shows. */
function observed(live: FlyCertificate): Properties | undefined {
  const custom = customOf(live);
  return custom && { issuer: custom.issuer ?? "", expiresAt: custom.expires_at ?? "" };
}

const existing = (
  { app, hostname }: Pick<Inputs, "app" | "hostname">,
  live: FlyCertificate,
  custom: Properties | undefined,
): Existing => ({
  id: `${app}/${hostname}`,
  outputs: {
    status: live.status,
    dnsRecords: recordsOf(live) as unknown as Properties[],
    ...(custom && { uploaded: custom }),
  },
});

/** The inputs as the live certificate has them: an uploaded one that is not the one of this stack is a difference. */
function asLive({ inputs, outputs }: Known, custom: Properties | undefined): Properties {
  if (same(custom, outputs["uploaded"])) return inputs;
  const { fullchain, privateKey, ...rest } = inputs;
  if (custom === undefined) return rest;
  return { ...inputs, fullchain: `another certificate, issued by ${custom["issuer"]}, until ${custom["expiresAt"]}` };
}

const isUploaded = (declared: Inputs, { inputs, outputs }: Known, live: FlyCertificate) =>
  inputs["fullchain"] === declared.fullchain &&
  inputs["privateKey"] === declared.privateKey &&
  same(observed(live), outputs["uploaded"]);

/** Has Fly get a certificate. A name that is on the app already, by a lost answer or by hand, is used as it is. */
async function requested({ fly, warn }: Context, { app, hostname }: Inputs): Promise<FlyCertificate> {
  try {
    return await certificateRequest(fly, app, hostname);
  } catch (error) {
    if (!isDuplicate(error) && !isFlyError(error, "uncertain")) throw error;
    const found = await certificateFind(fly, app, hostname);
    if (found?.acme_requested === false && isDuplicate(error)) throw notBeside(app, hostname);
    if (found === undefined || found.acme_requested === false) return await certificateRequest(fly, app, hostname);
    if (isDuplicate(error)) warn(`${hostname} was on app "${app}" already: it is used as it is`);
    if (customOf(found)) warn(`an uploaded certificate is served for ${hostname}; Fly's own is there beside it`);
    return found;
  }
}

const notBeside = (app: string, hostname: string) =>
  new FlyError(
    "invalid",
    `request a certificate for ${hostname} of app "${app}"`,
    `the name is on the app with an uploaded certificate only, and Fly adds none of its own beside it. Give fullchain and privateKey, or run \`fly certs remove ${hostname} -a ${app}\` and then again`,
  );

/** Uploads the certificate in the place of one that is there, which Fly may want to be taken away first. */
async function uploaded({ fly }: Context, { app, hostname, fullchain = "", privateKey = "" }: Inputs) {
  const body = { hostname, fullchain, private_key: privateKey };
  try {
    return await certificateUpload(fly, app, body);
  } catch (error) {
    if (!isFlyError(error, "conflict") && !isDuplicate(error)) throw error;
    await certificateWithdraw(fly, app, hostname);
    return await certificateUpload(fly, app, body);
  }
}

/**
 * The certificate for a name that another app claimed, if the TXT record is there by now: Fly looks when it is asked.
 * Otherwise it is taken back, so that a mistyped domain leaves nothing behind (decision 0005).
 */
async function takenOver({ fly }: Context, declared: Inputs, live: FlyCertificate): Promise<FlyCertificate> {
  const { app, hostname } = declared;
  const does = `request a certificate for ${hostname} of app "${app}"`;
  const record = recordsOf(live).find(({ purpose }) => purpose === "ownership");
  const way = `another app claims this name. If it is yours, take it over with the DNS record ${record ? recordText(record) : "that `fly certs setup` shows"}, and run again once DNS has it`;
  try {
    const checked = await certificateCheck(fly, app, hostname);
    if (checked.status !== "pending_ownership") return checked;
    await certificateDelete(fly, app, hostname);
  } catch (error) {
    throw new HalfMade(existing(declared, live, observed(live)), `${does}: ${way}. ${(error as Error).message}`);
  }
  throw new FlyError("invalid", does, `${way}; nothing was left at Fly`);
}

/** How long Fly is waited for where `customTimeouts` say nothing. */
const longestMs = 15 * 60_000;

/** The certificate as it is, or, where that is declared, once it is as awaited. */
async function issued(
  context: Context,
  declared: Inputs,
  live: FlyCertificate,
  isAwaited: (live: FlyCertificate) => boolean,
): Promise<Existing> {
  const { app, hostname } = declared;
  const made = (now: FlyCertificate) => existing(declared, now, observed(now));
  const late = (now: FlyCertificate, why: string) =>
    new HalfMade(made(now), `wait for the certificate for ${hostname} of app "${app}": ${why}. ${standing(now)}`);
  const ends = Date.now() + (context.timeoutSeconds > 0 ? Number.POSITIVE_INFINITY : longestMs);
  let now = live;
  for (let attempt = 0; declared.waitUntilIssued && !isAwaited(now); attempt++) {
    if (Date.now() > ends) throw late(now, `it was not issued in ${longestMs / 60_000} minutes`);
    context.report(`waiting for the certificate: ${saidOf(now)}`);
    now = await pause(context, attempt, 5000)
      .then(() => certificateCheck(context.fly, app, hostname))
      .catch((error) => {
        const isEnded = isFlyError(error, "cancelled");
        throw late(now, isEnded ? "it is not issued yet, and the wait was ended" : error.message);
      });
  }
  return made(now);
}

/** What Fly says against a certificate. */
function saidOf({ status, validation_errors, rate_limited_until }: FlyCertificate): string {
  const errors = (validation_errors ?? []).map(({ message, remediation }) =>
    [message, remediation].filter(Boolean).join(": "),
  );
  if (rate_limited_until) errors.push(`Let's Encrypt is not to be asked before ${rate_limited_until}`);
  return errors.join("; ") || status;
}

/** What Fly says, and which records it needs for it. */
function standing(live: FlyCertificate): string {
  const wanted = recordsOf(live).filter(({ required }) => required);
  const records = wanted.length > 0 ? ` It needs ${wanted.map(recordText).join(", ")};` : "";
  return `Fly says: ${saidOf(live)}.${records} the next \`pulumi up\` goes on waiting`;
}
