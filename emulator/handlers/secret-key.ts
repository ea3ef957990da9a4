import { type Answer, appOf, type Call, text } from "../call.ts";
import { rfc3339 } from "../clock.ts";
import { refuse } from "../errors.ts";
import type { App, SecretKey } from "../record.ts";
import { countChange } from "./secret.ts";

/** The types of keys. Their order is also that of the numbers in Fly's refusals: assumed. */
const types = "es256 hs256 hs384 hs512 xaes256gcm nacl_auth nacl_box nacl_secretbox nacl_sign".split(" ");

const keyView = ({ name, type, createdAt, updatedAt }: SecretKey) => ({
  name,
  type,
  created_at: rfc3339(createdAt),
  updated_at: rfc3339(updatedAt),
});

const find = ({ world, params }: Call, app: App) => world.secretKeys.get(`${app.name} ${params["name"]}`);

export function secretKeyList(call: Call): Answer {
  const wanted = (call.query.get("types") ?? "").split(",").filter(Boolean);
  const keys = call.world.secretKeys.of(appOf(call).name);
  const shown = keys.filter(({ type }) => wanted.length === 0 || wanted.includes(type));
  return { status: 200, body: { secret_keys: shown.map(keyView) } };
}

export function secretKeyShow(call: Call): Answer {
  return { status: 200, body: keyView(find(call, appOf(call)) ?? refuse("secretKeyMissing")) };
}

/** Notes that there is a key. What it is made of is looked at and not kept, for nothing here signs or encrypts. */
export function secretKeySet(call: Call): Answer {
  const { value } = call.body;
  const isByte = (byte: unknown) => Number.isInteger(byte) && (byte as number) >= 0 && (byte as number) <= 255;
  // Fly's document has a list of bytes, fly-go sends base64.
  const isBytes =
    typeof value === "string" ? value !== "" : Array.isArray(value) && value.every(isByte) && value.length > 0;
  return put(call, () => isBytes || refuse("invalid", { what: "value must be a list of bytes" }));
}

/** As {@link secretKeySet}, of a key that Fly makes up. */
export const secretKeyGenerate = (call: Call): Answer => put(call, () => true);

function put(call: Call, checkValue: () => unknown): Answer {
  const app = appOf(call);
  const { world, params } = call;
  const { name = "" } = params;
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) refuse("secretKeyName", { name: JSON.stringify(name) });
  const type = text(call.body, "type") ?? "";
  if (!types.includes(type)) refuse("secretKeyType", { types: types.join(", ") });
  checkValue();
  const before = find(call, app);
  if (before !== undefined && before.type !== type) {
    refuse("secretKeyRetyped", { name, before: types.indexOf(before.type) + 1, given: types.indexOf(type) + 1 });
  }
  const now = world.clock.now();
  const key = { app: app.name, name, type, createdAt: before?.createdAt ?? now, updatedAt: now };
  if (before !== undefined) world.secretKeys.drop(before);
  world.secretKeys.put(key);
  const version = countChange(world, app);
  return { status: 201, body: { ...keyView(key), version, Version: version } };
}

/** Deletes a key. One that is not there is no error, as with secrets: assumed. */
export function secretKeyDelete(call: Call): Answer {
  const app = appOf(call);
  const key = find(call, app);
  if (key !== undefined) call.world.secretKeys.drop(key);
  const version = key === undefined ? app.secretsVersion : countChange(call.world, app);
  return { status: 200, body: { version, Version: version } };
}
