import { z } from "zod";
import { isFlyError } from "../fly/errors.ts";
import { type FlyIpAddress, ipCreate, ipDelete, ipList, ipType } from "../fly/ip-address.ts";
import { nothingToImport, partsOf } from "./import-id.ts";
import { appName, region, replaces } from "./input.ts";
import { type Context, defineLifecycle } from "./lifecycle.ts";
import { same } from "./value.ts";

export const ipAddressInputs = z.strictObject({
  app: appName.meta({ ...replaces, description: "App that answers at the address." }),
  type: z.enum(["v4", "v6", "shared_v4", "private_v6"]).meta({ ...replaces, description: "Kind of address." }),
  region: region.optional().meta({ ...replaces, description: "Region that announces it." }),
  network: z
    .string()
    .optional()
    .meta({ ...replaces, description: "For private_v6: the network that may reach it." }),
});

type Inputs = z.output<typeof ipAddressInputs>;

export const ipAddress = defineLifecycle({
  token: "airworthy:index:IpAddress",
  inputs: ipAddressInputs,
  outputs: z.object({ ip: z.string().meta({ stable: true }) }),

  check: (news) =>
    news["network"] !== undefined && news["type"] !== "private_v6"
      ? [{ path: ["network"], message: "only an address of type private_v6 has a network" }]
      : [],

  async create(context, declared) {
    // An app has one address of a kind and region, so what an earlier run made is found and not made again.
    const found = await matching(context, declared);
    if (found !== undefined) return existing(declared.app, found);
    try {
      const { app, type, region, network } = declared;
      return existing(app, await ipCreate(context.fly, app, { type, region, network }));
    } catch (error) {
      if (!isFlyError(error, "uncertain")) throw error;
      const made = await matching(context, declared);
      if (made === undefined) throw error;
      return existing(declared.app, made);
    }
  },

  async read({ fly }, id, known) {
    const [app = "", ip = ""] = partsOf("IpAddress", id, "<app>/<address>");
    const live = (await ipList(fly, app))?.find((address) => address.ip === ip);
    if (live === undefined && known === undefined) {
      throw nothingToImport(`IpAddress ${ip} of app "${app}"`, `fly ips list -a ${app}`);
    }
    if (live === undefined) return undefined;
    return { ...existing(app, live), inputs: known?.inputs ?? { app, type: ipType(live), ...placeOf(live) } };
  },

  async remove({ fly }, _id, { outputs }) {
    await ipDelete(fly, String(outputs["app"]), String(outputs["ip"]));
  },
});

const existing = (app: string, { ip }: FlyIpAddress) => ({ id: `${app}/${ip}`, outputs: { ip } });

async function matching({ fly }: Context, { app, type, region, network }: Inputs): Promise<FlyIpAddress | undefined> {
  const addresses = (await ipList(fly, app)) ?? [];
  const wanted = placeOf({ region, network: { name: network } });
  return addresses.find((address) => ipType(address) === type && same(placeOf(address), wanted));
}

/** Where an address is announced and what may reach it, in a program's terms: everywhere and the default go unsaid. */
function placeOf({ region, network }: Pick<FlyIpAddress, "region" | "network">) {
  const name = network?.name;
  return {
    ...(region && region !== "global" ? { region } : {}),
    ...(name && name !== "default" ? { network: name } : {}),
  };
}
