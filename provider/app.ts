import { createHash } from "node:crypto";
import { z } from "zod";
import { appCreate, appDelete, appFind, type FlyApp } from "../fly/app.ts";
import { FlyError, isFlyError } from "../fly/errors.ts";
import { nothingToImport } from "./import-id.ts";
import { appName, replaces } from "./input.ts";
import { type Context, defineLifecycle } from "./lifecycle.ts";
import { pause } from "./pause.ts";
import { unknown } from "./value.ts";

export const appInputs = z.strictObject({
  name: appName.meta({ ...replaces, description: "Name, unique among all apps of all Fly users." }),
  orgSlug: z
    .string()
    .optional()
    .meta({ ...replaces, description: "Slug of the owning organisation." }),
  network: z
    .string()
    .optional()
    .meta({ ...replaces, description: "Name of an isolated private network." }),
  private: z.boolean().optional().meta({ description: "Says that nobody outside the private network may reach it." }),
});

type Inputs = z.output<typeof appInputs>;

export const app = defineLifecycle({
  token: "airworthy:index:App",
  inputs: appInputs,
  outputs: z.object({ hostname: z.string().meta({ stable: true }) }),

  identity: ({ name }) => (typeof name === "string" && name !== unknown ? `app ${name}` : undefined),

  // An app stays in the organisation it is in: not to say which, or to say it at last, changes nothing.
  settle(differences, { inputs, outputs }, news) {
    const said = news["orgSlug"];
    const isTheSame = said === undefined || (inputs["orgSlug"] === undefined && said === outputs["orgSlug"]);
    return isTheSame ? differences.filter(({ path }) => path[0] !== "orgSlug") : differences;
  },

  foresee: ({ name }) =>
    typeof name === "string" && name !== unknown ? { id: name, outputs: hostOf(name) } : undefined,

  async create(context, declared) {
    const { fly } = context;
    const org = declared.orgSlug ?? (await context.org());
    const key = createHash("sha256")
      .update(`${context.stack} ${context.urn} ${declared.name}`)
      .digest("hex")
      .slice(0, 32);
    const body = { name: declared.name, org_slug: org, network: declared.network, idempotency_key: key };
    try {
      await appCreate(fly, body);
    } catch (error) {
      if (!isFlyError(error, "uncertain", "name-taken")) throw error;
      // The same key answers with the app a lost create made; without such an answer, one that is there is not ours.
      if (isFlyError(error, "uncertain")) await appCreate(fly, body).catch(unlessTakenByUs(context, declared));
      else throw await taken(context, declared.name, error);
    }
    return existing(await appear(context, declared.name), declared, org);
  },

  async read(context, id, known) {
    const live = await appFind(context.fly, id);
    if (live === undefined && known === undefined) throw nothingToImport(`App "${id}"`, "fly apps list");
    if (live === undefined) return undefined;
    const declared = (known?.inputs ?? fromLive(live)) as Inputs;
    const { outputs } = existing(live, declared, undefined);
    // "personal" is an alias that reads back as the real slug.
    const moved = declared.orgSlug !== undefined && declared.orgSlug !== "personal";
    const seen = { ...declared, ...(moved ? { orgSlug: live.organization?.slug ?? declared.orgSlug } : {}) };
    return { id: live.name, inputs: seen as never, outputs };
  },

  async update(context, id, declared) {
    const live = await appFind(context.fly, id);
    if (live === undefined)
      throw new Error(`update app "${id}": it is gone. Run \`pulumi refresh\`, then \`pulumi up\``);
    return existing(live, declared, undefined);
  },

  async remove(context, id) {
    await appDelete(context.fly, id);
    // Made again before Fly has taken it away, the same create would be answered with the app that is going.
    await shown(context, id, (live) => live === undefined);
  },
});

/** Fly calls the organisation's own network by no name, or `default`. */
const fromLive = ({ name, network }: FlyApp) => ({ name, ...(network && network !== "default" ? { network } : {}) });

function existing(live: FlyApp, declared: Inputs, org: string | undefined) {
  const slug = declared.orgSlug ?? live.organization?.slug ?? org ?? "";
  return { id: live.name, outputs: { orgSlug: slug, ...hostOf(live.name) } };
}

const hostOf = (name: string) => ({ hostname: `${name}.fly.dev` });

/** Fly shows a new app only after a while, up to a minute (fly-go, WaitForApp). */
async function appear(context: Context, name: string): Promise<FlyApp> {
  const live = await shown(context, name, (found) => found !== undefined);
  if (live !== undefined) return live;
  throw new FlyError("timeout", `create app "${name}"`, "Fly accepted it but does not show it after a minute");
}

/** What Fly shows of an app as soon as it is as awaited, or after a minute. */
async function shown(
  context: Context,
  name: string,
  isAwaited: (live: FlyApp | undefined) => boolean,
): Promise<FlyApp | undefined> {
  for (let attempt = 0; ; attempt++) {
    const live = await appFind(context.fly, name);
    if (isAwaited(live) || attempt >= 60) return live;
    await pause(context, attempt, 1000);
  }
}

/** After a lost answer and a refused repetition: the name was free before, so an app we can see is the one we made. */
const unlessTakenByUs =
  (context: Context, { name }: Inputs) =>
  async (error: unknown) => {
    if (!isFlyError(error, "name-taken") || (await appFind(context.fly, name)) === undefined) throw error;
  };

async function taken({ fly }: Context, name: string, error: FlyError): Promise<Error> {
  const visible = await appFind(fly, name).catch(() => undefined);
  if (visible === undefined) return error;
  return new FlyError(
    "invalid",
    `create app "${name}"`,
    `it exists already in your organisation. To manage it here run \`pulumi import airworthy:index:App <resource name> ${name}\``,
  );
}
