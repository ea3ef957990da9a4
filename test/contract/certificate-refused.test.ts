import { beforeAll, expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { Engine, halfMade, type State, secret } from "../support/engine.ts";
import { withEngineLog } from "../support/engine-log.ts";
import { arm, happen, send, withLocalFly } from "../support/local-fly.ts";
import { selfSigned } from "../support/pem.ts";

const local = withLocalFly();
const log = withEngineLog();
const app = "site";
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const addresses = { v4: "", v6: "" };
let engine: Engine;

beforeAll(async () => {
  engine = await Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) }, { log: log.address });
  await engine.create("App", app, { name: app });
  addresses.v4 = await give("shared_v4");
  addresses.v6 = await give("v6");
});

const give = async (type: string) =>
  ((await send(local.fly, "POST", `/v1/apps/${app}/ip_assignments`, { type })) as { ip: string }).ip;
const make = (hostname: string, more: Properties = {}) =>
  engine.create("Certificate", hostname, { app, hostname, ...more });
const dns = (hostname: string, more: object = { validated: true }) =>
  happen(local.fly, { kind: "dns", hostname, ...more });
const names = async () =>
  (
    (await send(local.fly, "GET", `/v1/apps/${app}/certificates?limit=500`)) as { certificates: { hostname: string }[] }
  ).certificates.map(({ hostname }) => hostname);

test("a wait that takes too long keeps the certificate and says what Fly says and which records it needs", async () => {
  const hostname = "late.example.com";
  const args = { app, hostname, waitUntilIssued: true };
  const half = halfMade(await engine.create("Certificate", "late", args, false, 1).catch((error) => error));
  expect(half).toMatchObject({ id: `${app}/${hostname}`, outputs: { status: "pending_validation" } });
  expect(half.reasons.join()).toMatch(
    new RegExp(
      `the wait was ended. Fly says: ${hostname} does not lead to this app: Add the A and AAAA records. It needs A ${hostname} ${addresses.v4}, AAAA ${hostname} ${addresses.v6}`,
    ),
  );
  await dns(hostname);
  const state: State = { type: "Certificate", name: "late", id: half.id, inputs: args, outputs: half.outputs };
  expect((await engine.update(state, args, true)).outputs["status"]).toBe("active");
});

test("a name that another app claims leaves nothing, and the error names the record that takes it over", async () => {
  const { fly } = local;
  const hostname = "claimed.example.com";
  await happen(fly, { kind: "foreign-certificate", hostname });
  const refused = await make(hostname).catch((error: Error) => error.message);
  const [, value = ""] = /TXT _fly-ownership\.claimed\.example\.com (app-\w+)/.exec(String(refused)) ?? [];
  expect(refused).toContain("another app claims this name");
  expect(await names()).not.toContain(hostname);

  await dns(hostname, { ownership: true, validated: true });
  const state = await make(hostname, { waitUntilIssued: true });
  expect(state.outputs["status"]).toBe("active");
  expect((state.outputs["dnsRecords"] as Properties[]).at(-1)).toMatchObject({ type: "TXT", value });
});

test("a claimed name that cannot be taken back is kept, so that a destroy finds it", async () => {
  const hostname = "stuck.example.com";
  await happen(local.fly, { kind: "foreign-certificate", hostname });
  await arm(local.fly, "App_certificates_delete", { kind: "status", status: 403 });
  const half = halfMade(await make(hostname).catch((error) => error));
  expect(half.reasons.join()).toMatch(/another app claims this name.*TXT _fly-ownership.stuck.example.com app-\w+/);
  await engine.remove({ type: "Certificate", name: hostname, id: half.id, inputs: {}, outputs: half.outputs });
  expect(await names()).not.toContain(hostname);
});

test("a name with an uploaded certificate is used as it is, and both are said", async () => {
  const hostname = "both.example.com";
  const { fullchain, privateKey } = selfSigned(hostname);
  const path = `/v1/apps/${app}/certificates`;
  await send(local.fly, "POST", `${path}/custom`, { hostname, fullchain, private_key: privateKey });
  await send(local.fly, "POST", `${path}/acme`, { hostname });
  const state = await make(hostname);
  expect(log.warnings.join()).toMatch(/both.example.com was on app "site" already.*an uploaded certificate is served/s);
  expect((await engine.refresh(state))?.drift).toEqual({});
});

test("where Fly adds none of its own beside an uploaded one, the error says both ways out", async () => {
  const hostname = "alone.example.com";
  const { fullchain, privateKey } = selfSigned(hostname);
  const body = { hostname, fullchain, private_key: privateKey };
  await send(local.fly, "POST", `/v1/apps/${app}/certificates/custom`, body);
  const duplicate = { error: "Hostname already exists on app" };
  await arm(local.fly, "App_certificates_acme_create", { kind: "status", status: 422, body: duplicate });
  await expect(make(hostname)).rejects.toThrow(
    /uploaded certificate only.*Give fullchain and privateKey, or run `fly certs remove alone.example.com -a site`/,
  );
});

test("an app without an address is warned of: nobody would be led to it", async () => {
  await engine.create("App", "bare", { name: "bare" });
  await engine.create("Certificate", "bare", { app: "bare", hostname: "bare.example.com" });
  expect(log.warnings).toEqual([expect.stringMatching(/^app "bare" has no public address yet, .* depend on it/)]);
});

test("a refusal that quotes the private key is shown without it", async () => {
  const { fullchain, privateKey } = selfSigned("quoted.example.com");
  const [, line = ""] = privateKey.split("\n");
  const body = { error: `cannot parse ${privateKey} at ${line}` };
  await arm(local.fly, "App_certificates_custom_create", { kind: "status", status: 400, body });
  const refused = make("quoted.example.com", { fullchain, privateKey: secret(privateKey) });
  const { message } = (await refused.catch((error) => error)) as Error;
  expect(message).toContain("cannot parse");
  expect(message).not.toContain(line);
});

test("the same name twice in a program is refused before anything is asked for", async () => {
  await engine.check("Certificate", "first", { app, hostname: "twice.example.com" });
  await expect(engine.check("Certificate", "second", { app: "other", hostname: "twice.example.com" })).rejects.toThrow(
    'hostname twice.example.com is declared already, by "first": keep one of the two',
  );
});

const pem = selfSigned("pem.example.com");

test.each([
  [{ hostname: "Shop.example.com" }, /^hostname: is not spelt as DNS has it; give "shop.example.com"/],
  [{ hostname: "bücher.example" }, /^hostname: is not spelt as DNS has it; give "xn--bcher-kva.example"/],
  [{ hostname: "203.0.113.7" }, /^hostname: is an IP address/],
  [{ hostname: "https://shop.example.com/a" }, /^hostname: is a URL; give the host name alone, "shop.example.com"/],
  [{ hostname: "shop.fly.dev" }, /^hostname: belongs to Fly/],
  [{ hostname: "shop.*.example.com" }, /^hostname: is no host name/],
  [{ hostname: "localhost" }, /^hostname: is no host name/],
  [{ fullchain: pem.fullchain }, /^privateKey: is required beside fullchain/],
  [{ privateKey: pem.privateKey }, /^fullchain: is required beside privateKey/],
  [{ ...pem, fullchain: "no" }, /^fullchain: must be a PEM certificate/],
  [{ ...pem, privateKey: "no" }, /^privateKey: must be a PEM private key/],
  [{ ...pem, privateKey: selfSigned("x.example.com").privateKey }, /^privateKey: is not the key of the first/],
  [{ ...pem, hostname: "other.example.com" }, /^fullchain: is for other names than hostname/],
])("check %#: a clear message", async (bad, message) => {
  const args = { app, hostname: "pem.example.com", ...bad };
  await expect(engine.check("Certificate", "bad", args)).rejects.toThrow(message);
});

test("what is not known yet is not judged", async () => {
  const args = { app: unknown, hostname: unknown, fullchain: pem.fullchain, privateKey: unknown };
  await expect(engine.check("Certificate", "later", args)).resolves.toMatchObject({ waitUntilIssued: false });
  const wild = { app, hostname: "*.example.org", ...selfSigned("*.example.org") };
  await expect(engine.check("Certificate", "wild", wild)).resolves.toBeDefined();
});
