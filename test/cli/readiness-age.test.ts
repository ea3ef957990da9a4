import { beforeEach, describe, expect, test } from "vitest";
import { selfSigned } from "../support/pem.ts";
import { day, machine, withLiveCheck } from "./live-check.ts";

const { local, lines } = withLiveCheck();
const hour = day / 24;

beforeEach(() => local.caller.app());

describe("Token Reach", () => {
  const verdict = async (wish: object) => {
    const { token } = (await local.caller.event({ kind: "token", ...wish })).body;
    return (await lines({ token }))["Token Reach"];
  };

  test("an app's token that ends in time passes", async () => {
    expect(await verdict({ app: "shop", expiresInMs: 90 * day })).toMatch(
      /^PASS reaches shop; for one app only; it ends on \d{4}-\d\d-\d\d, in (89|90) days$/,
    );
  });

  test.each([
    [13.5, /^WARN .*in 13 days: make the next one now/],
    [14.5, /^PASS .*in 14 days$/],
    [400.5, /^PASS/],
    [401.5, /^WARN .*as good as never/],
  ])("one that ends in %d days is judged by that", async (days, expected) => {
    expect(await verdict({ app: "shop", expiresInMs: days * day })).toMatch(expected);
  });

  test("one for the whole organisation is worth a look, and one without an end is", async () => {
    expect(await verdict({ expiresInMs: 90 * day })).toMatch(
      /^WARN reaches shop; for all of organisation local: whoever/,
    );
    expect((await lines())["Token Reach"]).toMatch(/^WARN .*it never ends/);
  });

  test("one for another app, one of another organisation and an app that is not there fail this line alone", async () => {
    await local.caller.app("bank");
    expect(await verdict({ app: "bank", expiresInMs: 90 * day })).toMatch(/^FAIL app shop is another organisation's/);
    await local.caller.event({ kind: "foreign-app", name: "theirs", org: "acme" });
    const foreign = await lines({ apps: ["theirs"] });
    const failed = Object.keys(foreign).filter((name) => foreign[name]?.startsWith("FAIL"));
    expect(failed).toEqual(["Token Reach"]);
    expect(foreign["Token Reach"]).toMatch(
      /^FAIL app theirs is another organisation's, or the token is for another app/,
    );
    expect((await lines({ apps: ["nobodys"] }))["Token Reach"]).toMatch(/^FAIL there is no app nobodys/);
  });

  test("where Fly does not say when it ends, that is said", async () => {
    local.fly.faults.arm({ operation: "Tokens_authenticate", kind: "status", status: 403, times: 1 });
    expect((await lines())["Token Reach"]).toMatch(/^WARN .*Fly does not say when it ends/);
  });
});

describe("Certificates", () => {
  const name = "shop.example.com";
  const certificates = "/v1/apps/shop/certificates";
  const verdict = async () => (await lines())["Certificates"];
  const dns = (validated: boolean) => local.caller.event({ kind: "dns", hostname: name, validated });

  const issued = async () => {
    await local.caller.post("/v1/apps/shop/ip_assignments", { type: "v6" });
    await local.caller.post(`${certificates}/acme`, { hostname: name });
    await dns(true);
    await local.caller.pass(hour);
  };

  test("an app without a host name has nothing to judge, and one that waits for DNS fails with what it waits for", async () => {
    expect(await verdict()).toBe("SKIP shop has no host name of its own");
    await local.caller.post(`${certificates}/acme`, { hostname: name });
    expect(await verdict()).toMatch(
      /^FAIL shop\.example\.com is pending validation: .*does not lead to this app \(Add the A/,
    );
  });

  test("passes with issuer and days left while it is renewed", async () => {
    await issued();
    expect(await verdict()).toMatch(
      /^PASS shop\.example\.com is active, by Let's Encrypt, (89|90) days left, renews itself$/,
    );
  });

  test("warns where its name leads elsewhere, more so 14 days before its end, and fails after it", async () => {
    await issued();
    await dns(false);
    expect(await verdict()).toMatch(/^WARN .*but its DNS records are not as Fly wants them/);
    await local.caller.pass(76.5 * day);
    expect(await verdict()).toMatch(/^WARN .*13 days left: Fly renews only where DNS leads/);
    await local.caller.pass(14 * day);
    expect(await verdict()).toMatch(/^FAIL shop\.example\.com expired on \d{4}-\d\d-\d\d, by Let's Encrypt/);
  });

  test("an uploaded one is what is served, and does not renew itself", async () => {
    await issued();
    const ends = new Date(local.fly.clock.now() + 30.5 * day).toISOString();
    const { fullchain, privateKey } = selfSigned(name, ends);
    const body = { hostname: name, fullchain, private_key: privateKey };
    expect((await local.caller.post(`${certificates}/custom`, body)).status).toBe(201);
    expect(await verdict()).toMatch(/^PASS .* 30 days left; uploaded, so it does not renew itself$/);
    await local.caller.pass(17 * day);
    expect(await verdict()).toMatch(/^WARN .* 13 days left: upload the next one/);
  });
});

describe("Volume Snapshots", () => {
  const verdict = async () => (await lines())["Volume Snapshots"];
  const mounted = async () => {
    const volume = await local.caller.volume("/v1/apps/shop");
    await machine(local.caller, { config: { mounts: [{ volume: volume.id, path: "/data" }] } });
    return volume;
  };
  const daily = (path: string, on: boolean) => local.caller.put(path, { auto_backup_enabled: on });

  test("a volume of a day needs none yet, and later one of the last two days", async () => {
    expect(await verdict()).toBe("SKIP shop has no volumes");
    const { path } = await mounted();
    expect(await verdict()).toMatch(/^PASS shop: 1 volume: data in iad \(vol_\w+\) is too young for its first$/);
    await local.caller.pass(2 * day);
    expect(await verdict()).toMatch(/^PASS shop: 1 volume: data in iad \(vol_\w+\) \d+ h ago$/);
    await daily(path, false);
    await local.caller.pass(hour);
    expect(await verdict()).toMatch(/^PASS/);
    await local.caller.pass(2 * day);
    expect(await verdict()).toMatch(
      /^FAIL the last snapshot of data in iad .* is 2 days old.*its daily snapshots are off/,
    );
  });

  test("a volume whose daily snapshots are off has no time to wait for", async () => {
    const { path } = await mounted();
    await daily(path, false);
    expect(await verdict()).toMatch(/^FAIL data in iad .* has no snapshot, and its daily snapshots are off/);
  });

  test("one that is mounted nowhere is worth a look", async () => {
    await local.caller.volume("/v1/apps/shop");
    await local.caller.pass(3 * day);
    expect(await verdict()).toMatch(/^WARN data in iad .* is mounted nowhere, and has no snapshot/);
  });
});
