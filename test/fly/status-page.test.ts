import { describe, expect, test } from "vitest";
import { platformStatus, statusAddresses } from "../../fly/status-page.ts";
import { type Answer, closedPort, flyServer, hangsUp, says, staysSilent } from "./fly-server.ts";

const page = "GET /api/v2/status.json";
const list = "GET /v1/incidents";
const indicator = (indicator: string) => says(200, { page: {}, status: { indicator, description: "so it is" } });
const incident = (more: object = {}) => ({ id: "1", name: "iad is slow", status: "investigating", ...more });
const noIncidents = says(200, { incidents: [] });

const status = (url: string) => platformStatus(statusAddresses({}, url));

describe("Fly's status", () => {
  test("is the page's indicator, with the open incidents", async () => {
    await using server = await flyServer({
      [page]: indicator("major"),
      [list]: says(200, { incidents: [incident()] }),
    });
    await expect(status(server.url)).resolves.toEqual({
      indicator: "major",
      description: "so it is",
      incidents: [{ name: "iad is slow", status: "investigating", components: [] }],
    });
  });

  test("is the page's indicator where the incidents cannot be read", async () => {
    await using server = await flyServer({ [page]: indicator("none") });
    await expect(status(server.url)).resolves.toMatchObject({ indicator: "none", incidents: undefined });
  });

  const unreadable: [string, Answer][] = [
    ["is not there", says(404, "not here")],
    ["is HTML", says(200, "<!doctype html>")],
    ["has another shape", says(200, { status: "operational" })],
    ["hangs up", hangsUp],
    ["fails", says(500)],
    ["never answers", staysSilent],
  ];
  describe.concurrent.each(unreadable)("where the page %s", (_, answer) => {
    test("is none where there are no open incidents", async () => {
      await using server = await flyServer({ [page]: answer, [list]: noIncidents });
      await expect(status(server.url)).resolves.toMatchObject({ indicator: "none", incidents: [] });
    });

    test("is unrated where there are some", async () => {
      await using server = await flyServer({ [page]: answer, [list]: says(200, { incidents: [incident()] }) });
      await expect(status(server.url)).resolves.toMatchObject({ indicator: "unrated" });
    });

    test("cannot be told where the incidents cannot be read either, and both reasons are said", async () => {
      await using server = await flyServer({ [page]: answer, [list]: says(418) });
      await expect(status(server.url)).rejects.toThrow(/status\.json .+; .+\/v1\/incidents answered 418$/);
    });
  });

  test("cannot be told where nothing listens", async () => {
    await expect(status(`http://127.0.0.1:${await closedPort()}`)).rejects.toThrow(/ECONNREFUSED/);
  });

  test.each([
    ["resolved_at is set", { resolved_at: "2026-11-22T10:00:00Z" }],
    ["status is resolved", { status: "resolved" }],
    ["status is postmortem", { status: "postmortem" }],
  ])("does not count an incident whose %s", async (_, more) => {
    await using server = await flyServer({ [list]: says(200, { incidents: [incident(more)] }) });
    await expect(status(server.url)).resolves.toMatchObject({ indicator: "none", incidents: [] });
  });

  test("takes null where a list belongs, and names the parts an incident is about", async () => {
    await using empty = await flyServer({ [list]: says(200, { incidents: null }) });
    await expect(status(empty.url)).resolves.toMatchObject({ incidents: [] });
    const components = [{ id: "1", name: "Machines API" }, { name: null }];
    await using server = await flyServer({ [list]: says(200, { incidents: [incident({ components })] }) });
    await expect(status(server.url)).resolves.toMatchObject({ incidents: [{ components: ["Machines API"] }] });
  });

  test("follows a page that moved", async () => {
    await using moved = await flyServer({ [page]: indicator("minor"), [list]: noIncidents });
    const location = `${moved.url}/api/v2/status.json`;
    await using server = await flyServer({ [page]: says(301, "", { location }), [list]: noIncidents });
    await expect(status(server.url)).resolves.toMatchObject({ indicator: "minor" });
  });
});

describe("status is read", () => {
  const incidents = "FLY_STATUSPAGE_UNRESOLVED_INCIDENTS_URL";
  test.each([
    ["at Fly", {}, undefined, "https://status.flyio.net", "https://incidents.flyio.net/v1/incidents"],
    [
      "where the environment says",
      { FLY_STATUS_BASE_URL: "http://a/" },
      undefined,
      "http://a",
      "http://a/v1/incidents",
    ],
    [
      "where flyctl's variable says",
      { [incidents]: "http://b/i" },
      undefined,
      "https://status.flyio.net",
      "http://b/i",
    ],
    [
      "where it is told, before all",
      { FLY_STATUS_BASE_URL: "x", [incidents]: "y" },
      "http://c/",
      "http://c",
      "http://c/v1/incidents",
    ],
    [
      "at Fly where variables are empty",
      { FLY_STATUS_BASE_URL: "", [incidents]: "" },
      undefined,
      "https://status.flyio.net",
      "https://incidents.flyio.net/v1/incidents",
    ],
  ])("%s", (_, environment, base, pageUrl, incidentsUrl) => {
    expect(statusAddresses(environment, base)).toEqual({ pageUrl, incidentsUrl });
  });
});
