import { describe, expect, test } from "vitest";
import { type FlyErrorKind, kindOf } from "../../fly/errors.ts";
import { machineFind } from "../../fly/machine.ts";
import { flyServer, says } from "./fly-server.ts";

const insufficient = "insufficient resources to create new machine with existing volume id 'vol_1'";
const reserve = "aborted: could not reserve resource for machine: insufficient";
const host = "available to fulfill request on the current host";

/** What Fly was seen to answer, with the `status` beside the text where there is one. */
const answers: [FlyErrorKind, number, string, string?][] = [
  ["invalid", 400, "invalid_argument: invalid config.guest.cpu_kind"],
  ["invalid", 400, "invalid_argument: value must be inside range [1s, 1m0s]"],
  ["not-found", 400, "could not find app"],
  ["not-found", 400, "App not found"],
  ["not-found", 400, "app shop does not exist"],
  ["unauthorized", 401, "Authenticate: token validation error"],
  ["unauthorized", 401, "Unauthorized"],
  ["forbidden", 403, "unauthorized"],
  ["not-found", 404, "not_found: machine not found"],
  ["not-found", 404, "Could not find App"],
  ["not-found", 404, "404 page not found"],
  ["timeout", 408, "deadline_exceeded: machine failed to reach desired state, started, currently stopped"],
  ["conflict", 409, "aborted: machine update failed due to concurrent update"],
  ["conflict", 409, 'already_exists: unique machine name violation, machine ID m1 already exists with name "x"'],
  ["lease-held", 409, "aborted: machine ID m1 lease currently held by a@b.c, expires at 2026-11-23T10:00:00Z"],
  ["lease-held", 409, "machine ID m1 lease currently held by a@b.c, expires at 2026-11-23T10:00:00Z", "error"],
  ["no-capacity", 409, `${reserve} CPUs ${host}`],
  ["no-capacity", 409, `${reserve} memory ${host}`],
  ["no-capacity", 409, "aborted: insufficient resources available to fulfill request: no hosts"],
  ["no-capacity", 409, "aborted: insufficient IPs available on the current host"],
  ["no-capacity", 409, "aborted: no capacity"],
  ["no-capacity", 412, insufficient, "volume_placement_capacity"],
  ["no-capacity", 412, insufficient],
  ["no-capacity", 422, "could not find a candidate host", "insufficient_capacity"],
  ["no-capacity", 422, "words Fly may choose tomorrow", "insufficient_capacity"],
  ["precondition", 412, "failed_precondition: machine still active, refusing to start"],
  ["name-taken", 422, "Validation failed: Name has already been taken", "name_taken"],
  ["name-taken", 422, "words Fly may choose tomorrow", "name_taken"],
  ["invalid", 422, "Validation failed: Name under 63 chars using numbers, lowercase letters and dashes"],
  ["quota", 422, "Your organization has reached its machine limit. Please contact billing@fly.io"],
  ["quota", 422, "To create more than 1 machine per app please add a payment method."],
  ["quota", 403, "over the allowed quota"],
  ["invalid", 422, "Hostname already exists on app"],
  ["rate-limited", 429, "rate limit exceeded"],
  ["server", 500, "internal error"],
  ["server", 502, ""],
  ["server", 503, ""],
  ["server", 504, ""],
];

test.each(answers)("%s is what %i %j means", (kind, status, text, code) => {
  expect(kindOf(status, text, code)).toBe(kind);
});

describe("what Fly says is in the message, in whichever of its spellings", () => {
  const spellings: [string, unknown][] = [
    ["error, as machines, volumes and secrets answer", { error: "Authenticate: token validation error" }],
    ["message, as certificates and addresses answer", { message: "Authenticate: token validation error" }],
    ["msg", { msg: "Authenticate: token validation error" }],
    ["plain text", "Authenticate: token validation error"],
    ["message before error", { error: "x", message: "Authenticate: token validation error" }],
  ];
  test.each(spellings)("%s", async (_, body) => {
    await using server = await flyServer([says(401, body, { "fly-request-id": "01K7-fra" })]);
    const reading = machineFind(server.client(), "shop", "m1");
    await expect(reading).rejects.toMatchObject({ kind: "unauthorized", status: 401 });
    await expect(reading).rejects.toThrow(
      /^read machine m1 of app "shop": Fly answered 401: Authenticate: token validation error \(request 01K7-fra\)\. .*fly tokens create/,
    );
  });

  test.each([
    ["null", "null"],
    ["a list", "[]"],
    ["a number", "7"],
    ["an object for a text", { error: { code: 7 } }],
  ])("%s is shown as it is", async (_, body) => {
    await using server = await flyServer([says(422, body)]);
    await expect(machineFind(server.client(), "shop", "m1")).rejects.toMatchObject({ kind: "invalid", status: 422 });
  });

  test("a page of HTML is cut short", async () => {
    await using server = await flyServer([says(403, "x".repeat(5_000))]);
    const error = await machineFind(server.client(), "shop", "m1").catch((error: Error) => error);
    expect((error as Error).message.length).toBeLessThan(800);
  });
});
