import { beforeAll, expect, test } from "vitest";
import type { Properties } from "../../provider/value.ts";
import { Engine, halfMade, type State, secret } from "../support/engine.ts";
import { arm, control, happen, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";
import { selfSigned } from "../support/pem.ts";

const local = withLocalFly();
const app = "site";
const path = (hostname: string) => `/v1/apps/${app}/certificates/${encodeURIComponent(hostname)}`;

let addresses: { v4: string; v6: string };
beforeAll(async () => {
  await local.engine.create("App", app, { name: app });
  const [v4, v6] = [await give("shared_v4"), await give("v6")];
  addresses = { v4, v6 };
});

const give = async (type: string, to = app) =>
  ((await send(local.fly, "POST", `/v1/apps/${to}/ip_assignments`, { type })) as { ip: string }).ip;
const make = (hostname: string, more: Properties = {}) =>
  local.engine.create("Certificate", hostname, { app, hostname, ...more });
const dns = (hostname: string, more: object = { validated: true }) =>
  happen(local.fly, { kind: "dns", hostname, ...more });
const names = async () =>
  (
    (await send(local.fly, "GET", `/v1/apps/${app}/certificates?limit=500`)) as { certificates: { hostname: string }[] }
  ).certificates.map(({ hostname }) => hostname);
const mine = (hostname: string, expires?: string): Properties => {
  const { fullchain, privateKey } = selfSigned(hostname, expires);
  return { app, hostname, fullchain, privateKey: secret(privateKey) };
};
const values = ({ outputs }: State) =>
  (outputs["dnsRecords"] as Properties[]).map(({ type, name, required }) => [type, name, required]);

test("a certificate is asked for once, and its records are exactly what to type where the domain is kept", async () => {
  const { engine, fly } = local;
  const since = await journalEnd(fly);
  const state = await make("shop.example.com");
  expect(state.id).toBe("site/shop.example.com");
  expect(await mutations(fly, since)).toEqual(["App_certificates_acme_create"]);
  expect(state.outputs).toMatchObject({
    status: "pending_validation",
    dnsRecords: [
      { type: "A", name: "shop.example.com", value: addresses.v4, purpose: "traffic", required: true },
      { type: "AAAA", name: "shop.example.com", value: addresses.v6, purpose: "traffic", required: true },
      {
        type: "CNAME",
        name: "_acme-challenge.shop.example.com",
        value: expect.stringMatching(/^shop\.example\.com\.\w+\.flydns\.net$/),
        purpose: "certificate",
        required: false,
      },
      {
        type: "TXT",
        name: "_fly-ownership.shop.example.com",
        value: expect.stringMatching(/^app-\w+$/),
        purpose: "ownership",
        required: false,
      },
    ],
  });
  const refreshed = await engine.refresh(state);
  expect(refreshed?.drift).toEqual({});
  expect(refreshed?.outputs).toEqual(state.outputs);
});

test("a wildcard requires its DNS challenge, below which no star is written", async () => {
  const state = await make("*.example.com");
  expect(state.id).toBe("site/*.example.com");
  expect(values(state)).toEqual([
    ["A", "*.example.com", true],
    ["AAAA", "*.example.com", true],
    ["CNAME", "_acme-challenge.example.com", true],
    ["TXT", "_fly-ownership.example.com", false],
  ]);
  expect((await local.engine.refresh(state))?.drift).toEqual({});
  await local.engine.remove(state);
  expect(await names()).not.toContain("*.example.com");
  const { entries } = (await control(local.fly, "GET", "journal?since=0")) as { entries: { path: string }[] };
  expect(entries.at(-2)?.path).toBe(`/v1/apps/${app}/certificates/%2A.example.com`);
});

test("a name that is on the app already is used, not failed", async () => {
  await send(local.fly, "POST", `/v1/apps/${app}/certificates/acme`, { hostname: "there.example.com" });
  const state = await make("there.example.com");
  expect(state.outputs["status"]).toBe("pending_validation");
  expect((await local.engine.refresh(state))?.drift).toEqual({});
});

test("a lost answer is followed by a look, and one certificate is there", async () => {
  const since = await journalEnd(local.fly);
  await arm(local.fly, "App_certificates_acme_create", { kind: "lose-response" });
  await make("lost.example.com");
  expect(await mutations(local.fly, since)).toEqual(["App_certificates_acme_create"]);
});

test("waitUntilIssued waits until Fly has issued it", async () => {
  await dns("waited.example.com");
  const state = await make("waited.example.com", { waitUntilIssued: true });
  expect(state.outputs["status"]).toBe("active");
});

test("a cancelled wait keeps the certificate too", async () => {
  const engine = await Engine.start({ flapsUrl: local.fly.url, token: secret(local.fly.token) });
  const args = { app, hostname: "cut.example.com", waitUntilIssued: true };
  const created = engine.create("Certificate", "cut", args).catch((error) => error);
  while (!(await names()).includes("cut.example.com"));
  await engine.cancel();
  expect(halfMade(await created).id).toBe(`${app}/cut.example.com`);
});

test("one of one's own is uploaded, its key goes nowhere else, and it needs the TXT record until Fly knows the name", async () => {
  const { engine, fly } = local;
  const hostname = "own.example.com";
  const state = await engine.create("Certificate", hostname, mine(hostname));
  expect(values(state)).toEqual([
    ["A", hostname, true],
    ["AAAA", hostname, true],
    ["TXT", `_fly-ownership.${hostname}`, true],
  ]);
  const { privateKey } = state.inputs as { privateKey: Properties };
  expect(privateKey).toMatchObject({ "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" });
  const [, line = ""] = String(privateKey["value"]).split("\n");
  const { privateKey: kept, ...outputs } = state.outputs;
  expect(kept).toEqual(privateKey);
  expect(JSON.stringify(outputs)).not.toContain(line);
  expect(JSON.stringify(await control(fly, "GET", "world"))).not.toContain(line);
  await dns(hostname);
  expect(await engine.refresh(state)).toMatchObject({ drift: {}, outputs: { status: "active" } });
});

test("another of one's own is a change in place, also where Fly wants the first taken away", async () => {
  const { engine, fly } = local;
  const hostname = "renewed.example.com";
  const state = await engine.create("Certificate", hostname, mine(hostname, "2030-01-01T00:00:00.000Z"));
  const next = mine(hostname, "2031-01-01T00:00:00.000Z");
  expect(await engine.diff(state, next)).toEqual({ fullchain: "UPDATE", privateKey: "UPDATE" });
  const since = await journalEnd(fly);
  await arm(fly, "App_certificates_custom_create", { kind: "status", status: 409, body: { error: "conflict" } });
  const updated = await engine.update(state, next);
  expect(updated.outputs["uploaded"]).toMatchObject({ expiresAt: "2031-01-01T00:00:00.000Z" });
  expect(await mutations(fly, since)).toEqual([
    "App_certificates_custom_create",
    "App_certificates_custom_delete",
    "App_certificates_custom_create",
  ]);
  expect((await engine.refresh(updated))?.drift).toEqual({});
});

test("one that somebody replaced or took away is drift, and the next up puts it back", async () => {
  const { engine, fly } = local;
  const hostname = "meddled.example.com";
  const args = mine(hostname, "2030-01-01T00:00:00.000Z");
  const state = await engine.create("Certificate", hostname, args);
  const theirs = selfSigned(hostname, "2027-01-01T00:00:00.000Z");
  const body = { hostname, fullchain: theirs.fullchain, private_key: theirs.privateKey };
  await send(fly, "POST", `/v1/apps/${app}/certificates/custom`, body);
  const replaced = await engine.refresh(state);
  expect(replaced?.drift).toEqual({ fullchain: "UPDATE" });
  expect(replaced?.inputs["fullchain"]).toBe(
    `another certificate, issued by CN=Test CA of ${hostname}, until 2027-01-01T00:00:00.000Z`,
  );
  const mended = await engine.update(replaced ?? state, args);
  await send(fly, "DELETE", `${path(hostname)}/custom`);
  const taken = await engine.refresh(mended);
  expect(taken?.drift).toEqual({ fullchain: "ADD", privateKey: "ADD" });
  expect((await engine.refresh(await engine.update(taken ?? mended, args)))?.drift).toEqual({});
});

test("one that was replaced since the last refresh is put back by the next update, whatever else it is for", async () => {
  const { engine, fly } = local;
  const hostname = "unseen.example.com";
  const args = mine(hostname, "2030-01-01T00:00:00.000Z");
  const state = await engine.create("Certificate", hostname, args);
  const { fullchain, privateKey } = selfSigned(hostname, "2027-01-01T00:00:00.000Z");
  await send(fly, "POST", `/v1/apps/${app}/certificates/custom`, { hostname, fullchain, private_key: privateKey });
  await engine.update(state, args, true);
  expect(await send(fly, "GET", path(hostname))).toMatchObject({
    certificates: [{ expires_at: "2030-01-01T00:00:00.000Z" }],
  });
});

test("one's own gives way to Fly's, which is waited for first where that is declared", async () => {
  const { engine, fly } = local;
  const hostname = "handed.example.com";
  await dns(hostname);
  const state = await engine.create("Certificate", hostname, mine(hostname));
  const since = await journalEnd(fly);
  const updated = await engine.update(state, { app, hostname, waitUntilIssued: true });
  const made = await mutations(fly, since);
  expect([made[0], made.at(-1)]).toEqual(["App_certificates_acme_create", "App_certificates_custom_delete"]);
  expect(updated.outputs).toMatchObject({ status: "active" });
  expect(updated.outputs).not.toHaveProperty("uploaded");
  expect(await send(fly, "GET", path(hostname))).toMatchObject({ certificates: [{ source: "fly", status: "active" }] });
  expect((await engine.refresh(updated))?.drift).toEqual({});
});

test("one that somebody uploaded beside Fly's is drift, and the next up takes it away", async () => {
  const { engine, fly } = local;
  const hostname = "beside.example.com";
  const state = await make(hostname);
  const { fullchain, privateKey } = selfSigned(hostname);
  await send(fly, "POST", `/v1/apps/${app}/certificates/custom`, { hostname, fullchain, private_key: privateKey });
  const refreshed = await engine.refresh(state);
  expect(refreshed?.drift).toEqual({ fullchain: "DELETE" });
  const mended = await engine.update(refreshed ?? state, { app, hostname });
  expect((await engine.refresh(mended))?.drift).toEqual({});
  expect(await send(fly, "GET", path(hostname))).toMatchObject({ certificates: [{ source: "fly" }] });
});

test("one that is gone, or that Fly was told not to issue, is gone; removing it again is no error", async () => {
  const { engine, fly } = local;
  const [gone, stopped] = [await make("gone.example.com"), await make("stopped.example.com")];
  await engine.remove(gone);
  await engine.remove(gone);
  await send(fly, "DELETE", `${path("stopped.example.com")}/acme`);
  expect(await engine.refresh(gone)).toBeUndefined();
  expect(await engine.refresh(stopped)).toBeUndefined();
  expect((await engine.refresh(await make("stopped.example.com")))?.drift).toEqual({});
});

test("addresses that the app gets later are among the records with the next refresh", async () => {
  const { engine } = local;
  await engine.create("App", "bare", { name: "bare" });
  const state = await engine.create("Certificate", "bare", { app: "bare", hostname: "bare.example.com" });
  expect(values(state).map(([type]) => type)).toEqual(["CNAME", "TXT"]);
  await give("v6", "bare");
  const refreshed = await engine.refresh(state);
  expect(refreshed?.drift).toEqual({});
  expect(refreshed && values(refreshed).map(([type]) => type)).toEqual(["AAAA", "CNAME", "TXT"]);
});

test("an import of Fly's and of an uploaded one is followed by no change", async () => {
  const { engine } = local;
  await make("imported.example.com");
  const imported = await engine.read("Certificate", "imported.example.com", `${app}/imported.example.com`);
  expect(imported?.inputs).toEqual({ app, hostname: "imported.example.com", waitUntilIssued: false });
  expect(imported && (await engine.diff(imported, { app, hostname: "imported.example.com" }))).toEqual({});

  const args = mine("brought.example.com");
  await engine.create("Certificate", "brought.example.com", args);
  const brought = (await engine.read("Certificate", "brought.example.com", `${app}/brought.example.com`)) as State;
  expect(await engine.diff(brought, args)).toEqual({});
  const other = mine("brought.example.com", "2031-01-01T00:00:00.000Z");
  expect(await engine.diff(brought, other)).toEqual({ fullchain: "ADD", privateKey: "ADD" });
});

test.each([
  [
    `${app}/nowhere.example.com`,
    /import Certificate for nowhere\.example\.com of app "site": there is none\. `fly certs list -a site`/,
  ],
  ["nowhere.example.com", /import Certificate "nowhere\.example\.com": the id must be <app>\/<hostname>/],
])("an import of %s says what is wrong", async (id, message) => {
  await expect(local.engine.read("Certificate", "nothing", id)).rejects.toThrow(message);
});
