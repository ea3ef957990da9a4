import { describe, expect, test } from "vitest";
import { checkFlyioReadiness, type ReadinessOptions } from "../../cli/readiness/readiness.ts";
import { type Answer, breaksOff, closedPort, flyServer, hangsUp, says, staysSilent } from "../fly/fly-server.ts";

const current = "GET /v1/tokens/current";
const apps = "GET /v1/apps";
const page = "GET /api/v2/status.json";
const incidents = "GET /v1/incidents";

const indicator = (indicator: string) => says(200, { status: { indicator, description: "Words" } });
const organisations = (...slugs: string[]) => says(200, { tokens: slugs.map((org_slug) => ({ org_slug })) });
const badToken = says(401, { error: "Authenticate: token validation error" });

/** What a Fly answers that is ready. */
const ready: Record<string, Answer> = {
  [current]: organisations("acme"),
  [apps]: says(200, { total_apps: 1, apps: [{ name: "shop" }] }),
  [page]: indicator("none"),
  [incidents]: says(200, { incidents: [] }),
};

const token = "fm2_PLANTED+/token==";

/** Every check's status and detail by name, from a Fly that answers so. */
async function check(answers: Record<string, Answer>, options: ReadinessOptions = {}) {
  await using server = await flyServer(answers);
  const { url } = server;
  const found = await checkFlyioReadiness({ token, flapsUrl: url, statusUrl: url, environment: {}, ...options });
  expect(JSON.stringify(found)).not.toContain("PLANTED");
  const lines = Object.fromEntries(found.checks.map(({ name, status, detail }) => [name, `${status} ${detail}`]));
  return { ready: found.ready, lines, arrivals: server.arrivals, host: new URL(url).host };
}

test("a Fly that answers, accepts the token and reports no trouble is ready", async () => {
  const { ready: isReady, lines, host, arrivals } = await check(ready);
  expect(lines).toMatchObject({
    "Fly API": `PASS 200 from ${host} for organisation acme, 1 app`,
    "API Token Set": "PASS taken from the caller",
    "Platform Status": `PASS indicator none at ${host}, "Words"`,
  });
  expect(isReady).toBe(true);
  expect(arrivals.map(({ path }) => path)).toContain("/v1/apps?org_slug=acme");
});

test("only the rules that are named are judged, where some are", async () => {
  const { lines, arrivals } = await check(ready, { only: ["token-set"] });
  expect(Object.keys(lines)).toEqual(["API Token Set"]);
  expect(arrivals.filter(({ path }) => path.startsWith("/v1/"))).toEqual([]);
});

describe("the token", () => {
  test("that is missing fails its line and the API's, and the status is still asked", async () => {
    const { ready: isReady, lines, arrivals } = await check(ready, { token: undefined });
    expect(lines).toMatchObject({
      "Fly API": "FAIL could not tell: there is no token to ask with",
      "API Token Set": expect.stringMatching(
        /^FAIL neither FLY_API_TOKEN nor FLY_ACCESS_TOKEN is set.*fly tokens create/,
      ),
      "Platform Status": expect.stringMatching(/^PASS/),
    });
    expect(isReady).toBe(false);
    expect(arrivals.filter(({ path }) => path.startsWith("/v1/apps"))).toEqual([]);
  });

  test.each(["", "   ", "FlyV1 ", "Bearer"])("that is %j is missing", async (blank) => {
    const { lines } = await check(ready, { token: undefined, environment: { FLY_API_TOKEN: blank } });
    expect(lines["API Token Set"]).toMatch(/^FAIL/);
  });

  test.each([
    [{ FLY_API_TOKEN: "fm2_a", FLY_ACCESS_TOKEN: "fm2_b" }, "FLY_API_TOKEN", "FlyV1 fm2_a"],
    [{ FLY_ACCESS_TOKEN: "FlyV1 fm2_b" }, "FLY_ACCESS_TOKEN", "FlyV1 fm2_b"],
    [{ FLY_API_TOKEN: " ", FLY_ACCESS_TOKEN: "fo1_b" }, "FLY_ACCESS_TOKEN", "Bearer fo1_b"],
  ])("of %j is taken from %s", async (environment, from, header) => {
    const { lines, arrivals } = await check(ready, { token: undefined, environment });
    expect(lines["API Token Set"]).toBe(`PASS taken from ${from}`);
    expect(arrivals.find(({ path }) => path === "/v1/tokens/current")?.headers.authorization).toBe(header);
  });

  test("with a line break in it is told as such", async () => {
    const { lines } = await check(ready, { token: "fm2_PLANTED\nPLANTED" });
    expect(lines["API Token Set"]).toMatch(/^FAIL the token from the caller holds a line break/);
    expect(lines["Fly API"]).toMatch(/^FAIL/);
  });

  test("goes to the Machines API and never to the status page", async () => {
    const { arrivals } = await check(ready);
    const asked = arrivals.filter(({ headers }) => headers.authorization !== undefined).map(({ path }) => path);
    expect(asked.sort()).toEqual(["/v1/apps?org_slug=acme", "/v1/tokens/authenticate", "/v1/tokens/current"]);
  });

  test("goes nowhere in the clear", async () => {
    const { lines } = await check(ready, { flapsUrl: "http://fly.example.com" });
    expect(lines["Fly API"]).toMatch(/^FAIL could not tell: nothing was sent: http:\/\/fly\.example\.com .*Use https/);
  });
});

describe("Fly API fails where", () => {
  const failures: [string, Record<string, Answer>, RegExp][] = [
    ["Fly does not accept the token", { [current]: badToken }, /Fly answered 401: Authenticate.*fly tokens create/],
    [
      "the token may not list apps",
      { [apps]: says(403, { error: "unauthorized" }) },
      /answered 403: unauthorized\. The token/,
    ],
    [
      "the token is for two organisations",
      { [current]: organisations("acme", "beta") },
      /for acme and beta\. Say which with --org/,
    ],
    ["the token is for none", { [current]: organisations() }, /names no organisation.*--org/],
    [
      "the apps endpoint fails",
      { [apps]: says(500, { error: "boom" }) },
      /list the apps of organisation "acme": Fly answered 500: boom/,
    ],
    ["the apps endpoint is not there", { [apps]: says(404, "404 page not found") }, /answered 404/],
    ["another web server answers", { [apps]: says(200, "<html>") }, /cannot be read/],
    ["Fly repeats the token", { [current]: says(401, { error: `bad: ${token}` }) }, /bad: \[secret\]/],
  ];
  test.concurrent.each(failures)("%s", async (_, answers, detail) => {
    const { ready: isReady, lines } = await check({ ...ready, ...answers });
    expect(lines["Fly API"]).toMatch(/^FAIL (?!could not tell)/);
    expect(lines["Fly API"]).toMatch(detail);
    expect(lines["Platform Status"]).toMatch(/^PASS/);
    expect(isReady).toBe(false);
  });

  const untold: [string, Record<string, Answer>][] = [
    ["the connection breaks", { [current]: hangsUp }],
    ["the answer breaks off", { [apps]: breaksOff }],
  ];
  test.concurrent.each(untold)("it cannot be told: %s", async (_, answers) => {
    const { lines } = await check({ ...ready, ...answers });
    expect(lines["Fly API"]).toMatch(/^FAIL could not tell: /);
  });

  test("nothing listens at the address", async () => {
    const { lines } = await check(ready, { flapsUrl: `http://127.0.0.1:${await closedPort()}` });
    expect(lines["Fly API"]).toMatch(/^FAIL could not tell: .*cannot be reached \(ECONNREFUSED\).*FLY_FLAPS_BASE_URL/);
  });

  test("the address is none", async () => {
    const { lines } = await check(ready, { flapsUrl: "fly" });
    expect(lines["Fly API"]).toMatch(/^FAIL could not tell: .*"fly" is not an address/);
  });

  test("no answer comes in time, while the other checks have theirs", async () => {
    const { lines } = await check({ ...ready, [current]: staysSilent }, { timeoutMs: 300 });
    expect(lines["Fly API"]).toBe("FAIL could not tell: no answer within 0.3 s");
    expect(lines["Platform Status"]).toMatch(/^PASS/);
  });
});

test("an organisation that is given is asked for without learning one from the token", async () => {
  const { lines } = await check({ ...ready, [current]: badToken }, { org: "beta" });
  expect(lines["Fly API"]).toMatch(/^PASS .* organisation beta/);
});

describe("Platform Status", () => {
  test.each(["minor", "major", "critical", "maintenance"])("fails where the indicator is %s", async (word) => {
    const { ready: isReady, lines } = await check({ ...ready, [page]: indicator(word) });
    expect(lines["Platform Status"]).toMatch(new RegExp(`^FAIL indicator ${word} .*"Words"`));
    expect(lines["Fly API"]).toMatch(/^PASS/);
    expect(isReady).toBe(false);
  });

  test("fails where only incidents can be read and one is open", async () => {
    const open = [{ name: "iad is slow", status: "investigating", components: [{ name: "Volumes" }] }];
    const { lines } = await check({ ...ready, [page]: says(404), [incidents]: says(200, { incidents: open }) });
    expect(lines["Platform Status"]).toMatch(
      /^FAIL indicator unrated .*; open: iad is slow \(investigating, Volumes\)$/,
    );
  });

  test("passes with indicator none, and still names what is open", async () => {
    const { lines } = await check({ ...ready, [incidents]: says(200, { incidents: [{ name: "docs are down" }] }) });
    expect(lines["Platform Status"]).toMatch(/^PASS indicator none .*; open: docs are down$/);
  });

  test("cannot be told where nothing answers, which is FAIL", async () => {
    const { lines } = await check(ready, { statusUrl: `http://127.0.0.1:${await closedPort()}` });
    expect(lines["Platform Status"]).toMatch(/^FAIL could not tell: .*ECONNREFUSED/);
    expect(lines["Fly API"]).toMatch(/^PASS/);
  });

  test("is one line without control sequences, whatever an incident is called", async () => {
    const name = "a\r\n[PASS] Fly API: \u001b[2Jfine\u009b";
    const { lines } = await check({
      ...ready,
      [page]: indicator("major"),
      [incidents]: says(200, { incidents: [{ name }] }),
    });
    expect(lines["Platform Status"]).toMatch(/open: a \[PASS\] Fly API: \[2Jfine$/);
  });
});

test("all checks run at once: each may wait for a call of the other to arrive", async () => {
  const waiting: (() => void)[] = [];
  const together =
    (answer: Answer): Answer =>
    (response, arrival) => {
      waiting.push(() => answer(response, arrival));
      if (waiting.length === 2) for (const go of waiting) go();
    };
  const { ready: isReady } = await check(
    { ...ready, [current]: together(organisations("acme")), [page]: together(indicator("none")) },
    { timeoutMs: 2_000 },
  );
  expect(isReady).toBe(true);
});
