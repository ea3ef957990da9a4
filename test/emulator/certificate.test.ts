import { expect, test } from "vitest";
import { selfSigned } from "../support/pem.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
const certificates = "/v1/apps/shop/certificates";
const name = "shop.example.com";

const request = (hostname = name, path = certificates) => local.caller.post(`${path}/acme`, { hostname });
const show = (hostname = name) => local.caller.get(`${certificates}/${encodeURIComponent(hostname)}`);
const address = (type: string) => local.caller.post("/v1/apps/shop/ip_assignments", { type });
const dns = (event: object, hostname = name) => local.caller.event({ kind: "dns", hostname, ...event });
const upload = ({ fullchain, privateKey }: { fullchain: string; privateKey: string }, hostname = name) =>
  local.caller.post(`${certificates}/custom`, { hostname, fullchain, private_key: privateKey });

test("the ownership value is the app's: the same for each of its names and after a delete, and another app has its own", async () => {
  await local.caller.app();
  await local.caller.app("other");
  const value = async (hostname: string, path?: string) =>
    (await request(hostname, path)).body.dns_requirements.ownership.app_value;
  const first = await value(name);
  await local.caller.delete(`${certificates}/${name}`);
  expect([await value(name), await value("www.example.com")]).toEqual([first, first]);
  expect(await value("other.example.com", "/v1/apps/other/certificates")).not.toBe(first);
});

test("of the key of a certificate of one's own nothing is kept", async () => {
  await local.caller.app();
  const [first, second] = [selfSigned(name, "2030-01-01T00:00:00.000Z"), selfSigned(name, "2031-01-01T00:00:00.000Z")];
  for (const files of [first, second]) expect((await upload(files)).status).toBe(201);
  const world = JSON.stringify((await local.caller.get("/_local/world")).body);
  const lines = [first, second].flatMap(({ privateKey }) => privateKey.split("\n").filter((line) => /^\w/.test(line)));
  expect(lines.length).toBe(2);
  for (const line of lines) expect(world).not.toContain(line);
});

test.each([
  ["no PEM", { fullchain: "no", privateKey: "none" }],
  ["the key of another", { ...selfSigned(name), privateKey: selfSigned(name).privateKey }],
  ["no key", { ...selfSigned(name), privateKey: "" }],
])("a certificate of one's own with %s is refused and leaves nothing", async (_, files) => {
  await local.caller.app();
  expect((await upload(files)).status).toBe(422);
  expect((await show()).status).toBe(404);
});

test("a name that is deleted while it is being issued does not come back", async () => {
  await local.caller.app();
  await address("v6");
  await request();
  await dns({ validated: true });
  await local.caller.delete(`${certificates}/${name}`);
  await local.caller.pass(3_600_000);
  expect((await show()).status).toBe(404);
});

test("once DNS is right a name becomes active after a while, and who polls meets both", async () => {
  await local.caller.app();
  await address("v6");
  await request();
  expect((await show()).body).toMatchObject({ status: "pending_validation", validation_errors: [{ code: "dns" }] });
  await dns({ validated: true });
  expect((await show()).body).toMatchObject({ status: "pending_validation", configured: true, validation_errors: [] });
  expect((await show()).body).toMatchObject({
    status: "active",
    certificates: [{ source: "fly", status: "active", issued: [{ type: "rsa" }, { type: "ecdsa" }] }],
  });
});

test("without an IPv6 address of the app a name stays unvalidated until there is one, or a TXT record", async () => {
  await local.caller.app();
  await address("shared_v4");
  await request();
  await request("www.example.com");
  await dns({ validated: true });
  await dns({ validated: true }, "www.example.com");
  await local.caller.pass(3_600_000);
  expect((await show()).body).toMatchObject({ status: "pending_validation", validation_errors: [{ code: "ipv6" }] });
  await dns({ ownership: true });
  await address("v6");
  for (const hostname of [name, "www.example.com"]) {
    await show(hostname);
    expect((await show(hostname)).body.status).toBe("active");
  }
});

test("a name that another app claims waits for the TXT record", async () => {
  await local.caller.app();
  await address("v6");
  await local.caller.event({ kind: "foreign-certificate", hostname: name });
  expect((await request()).body.status).toBe("pending_ownership");
  await dns({ validated: true });
  expect((await show()).body.status).toBe("pending_ownership");
  await dns({ ownership: true });
  await show();
  expect((await show()).body.status).toBe("active");
});

test("records that lead to another app validate nothing here", async () => {
  await local.caller.app();
  await address("v6");
  await request();
  await dns({ app: "other", validated: true });
  await show();
  expect((await show()).body.status).toBe("pending_validation");
});

test("a wildcard is percent-encoded, has its records at the name below it, and needs its challenge only", async () => {
  await local.caller.app();
  const { status, body } = await request("*.example.com");
  expect(status).toBe(201);
  expect(body.dns_requirements).toMatchObject({
    acme_challenge: { name: "_acme-challenge.example.com" },
    ownership: { name: "_fly-ownership.example.com" },
  });
  await dns({ validated: true }, "*.example.com");
  await local.caller.get(`${certificates}/%2A.example.com`);
  expect((await show("*.example.com")).body.status).toBe("active");
});

test("one of one's own is served once the name is proven, and gives way to Fly's when it is taken away", async () => {
  await local.caller.app();
  await address("v6");
  expect((await upload(selfSigned(name))).body.status).toBe("pending_ownership");
  await dns({ validated: true });
  expect((await show()).body).toMatchObject({ status: "active", acme_requested: false });
  expect((await request()).status).toBe(201);
  const taken = await local.caller.delete(`${certificates}/${name}/custom`);
  expect(taken).toMatchObject({ status: 200, body: { certificates: [{ source: "fly" }], warning: "" } });
  expect(await local.caller.delete(`${certificates}/${name}/acme`)).toMatchObject({
    status: 200,
    body: { acme_requested: false, certificates: [] },
  });
});

test("a check answers with the records that DNS has", async () => {
  await local.caller.app();
  const { ip } = (await address("v6")).body;
  await request();
  const check = () => local.caller.post(`${certificates}/${name}/check`);
  expect(await check()).toMatchObject({ status: 200, body: { dns_records: { aaaa: [], ownership_txt: "" } } });
  await dns({ validated: true, ownership: true });
  expect((await check()).body.dns_records).toMatchObject({ aaaa: [ip], ownership_txt: expect.stringMatching(/^app-/) });
  expect((await check()).body.status).toBe("active");
});

test("a list goes by pages and by a part of the name", async () => {
  await local.caller.app();
  for (const host of ["a", "b", "c"]) await request(`${host}.example.com`);
  const list = async (query: string) => (await local.caller.get(`${certificates}?${query}`)).body;
  const first = await list("limit=2");
  expect(first).toMatchObject({
    total_count: 3,
    certificates: [{ hostname: "a.example.com" }, { acme_requested: true }],
  });
  const second = await list(`limit=2&cursor=${first.next_cursor}`);
  expect(second).toMatchObject({ next_cursor: "", certificates: [{ hostname: "c.example.com" }] });
  expect((await list("filter=b.ex")).certificates).toHaveLength(1);
  expect((await local.caller.get(`${certificates}?limit=501`)).status).toBe(400);
});

test.each(["shop", "203.0.113.7", "shop.fly.dev", "https://shop.example.com", "a b.example.com"])(
  "%s is no name for a certificate",
  async (hostname) => {
    await local.caller.app();
    expect((await request(hostname)).status).toBe(422);
  },
);

test("certificates go with their app", async () => {
  await local.caller.app();
  await request();
  await local.caller.delete("/v1/apps/shop?force=true");
  await local.caller.pass(60_000);
  await local.caller.app();
  expect((await show()).status).toBe(404);
});

test("a certificate is renewed as long as its name leads to the app, then ends, and is made anew when it leads there again", async () => {
  const day = 86_400_000;
  await local.caller.app();
  await address("v6");
  await request();
  await dns({ validated: true });
  await local.caller.pass(3_600_000);
  const daysLeft = async () => {
    const { body, headers } = await show();
    const [{ status, expires_at }] = body.certificates;
    expect([body.status, status]).toEqual(["active", "active"]);
    return Math.round((Date.parse(expires_at) - Date.parse(headers.get("date") ?? "")) / day);
  };
  expect(await daysLeft()).toBe(90);
  await local.caller.pass(70 * day);
  expect(await daysLeft()).toBe(80);
  await dns({ validated: false });
  await local.caller.pass(81 * day);
  expect(await daysLeft()).toBe(-1);
  await dns({ validated: true });
  expect(await daysLeft()).toBe(90);
});
