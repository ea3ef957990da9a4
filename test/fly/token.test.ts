import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import type { FlyClient } from "../../fly/client.ts";
import { machineFind } from "../../fly/machine.ts";
import { secretsUpdate } from "../../fly/secret.ts";
import { authorization, bareToken, organisationOf } from "../../fly/token.ts";
import { volumeExtend } from "../../fly/volume.ts";
import { type Answer, breaksOff, closedPort, flyServer, hangsUp, says } from "./fly-server.ts";

describe("the scheme of the authorization header", () => {
  test.each([
    ["fm2_abc", "FlyV1 fm2_abc"],
    ["fm2_abc,fm2_def", "FlyV1 fm2_abc,fm2_def"],
    ["fm1r_abc", "FlyV1 fm1r_abc"],
    ["fm1a_abc", "FlyV1 fm1a_abc"],
    ["fo1_abc,fm2_def", "FlyV1 fo1_abc,fm2_def"],
    ["fo1_abc", "Bearer fo1_abc"],
    ["abcdef0123", "Bearer abcdef0123"],
  ])("of %s is %s", (token, header) => {
    expect(authorization(token)).toBe(header);
  });

  test.each([
    ["FlyV1 fm2_abc", "fm2_abc"],
    ["Bearer fo1_abc", "fo1_abc"],
    ["  flyv1  fm2_abc\n", "fm2_abc"],
    ["fm2_abc", "fm2_abc"],
    ["FlyV1 ", ""],
    ["  ", ""],
  ])("is stripped from %j as pasted", (pasted, bare) => {
    expect(bareToken(pasted)).toBe(bare);
  });

  test.each([
    ["FlyV1 fm2_abc", "FlyV1 fm2_abc"],
    ["FlyV1 fo1_abc", "Bearer fo1_abc"],
  ])("that Fly receives for %j is right", async (token, header) => {
    await using server = await flyServer([says(200, { tokens: [{ org_slug: "acme" }] })]);
    await organisationOf(server.client({ token }));
    expect(server.arrivals[0]?.headers.authorization).toBe(header);
  });
});

describe("the organisation of a token", () => {
  const tokens = (...slugs: (string | null)[]) => says(200, { tokens: slugs.map((org_slug) => ({ org_slug })) });
  test.each([
    ["one", tokens("acme")],
    ["one that several tokens name", tokens("acme", "acme", null)],
  ])("is the one it names: %s", async (_, answer) => {
    await using server = await flyServer([answer]);
    await expect(organisationOf(server.client())).resolves.toBe("acme");
  });

  test.each([
    ["none", tokens(), /names none.*airworthy:org/],
    ["null", says(200, { tokens: null }), /names none.*airworthy:org/],
    ["two", tokens("acme", "beta"), /acme and beta.*airworthy:org/],
  ])("must be said where it names %s", async (_, answer, message) => {
    await using server = await flyServer([answer]);
    await expect(organisationOf(server.client())).rejects.toThrow(message);
  });
});

describe("neither the token nor a secret is in an error", () => {
  const token = 'fm2_TOPsecret/+"tok\\en==,fm2_DISCHARGEsecret==';
  const value = 'hunter2 "pass\\word"/+é';
  const spellings = (text: string) => [
    text,
    Buffer.from(text).toString("base64"),
    Buffer.from(text).toString("base64url"),
    encodeURIComponent(text),
    JSON.stringify(text).slice(1, -1),
  ];
  const tokenSpelt = [token, ...token.split(",")].flatMap(spellings);
  const echoed = spellings(token).join(" ") + spellings(value).join(" ");
  const answers: [string, Answer][] = [
    ["a refusal", says(401, { error: "no" })],
    ["a refusal that repeats what it was sent, as JSON", says(422, { error: `bad: ${echoed}` })],
    ["a refusal that repeats what it was sent, as text", says(422, `bad: ${echoed}`)],
    ["an answer that cannot be read", says(200, `bad: ${echoed}`)],
    ["no answer", hangsUp],
    ["half an answer", breaksOff],
  ];
  const acts: [string, (fly: FlyClient) => Promise<unknown>][] = [
    ["read", (fly) => machineFind(fly, "shop", "m1")],
    ["change", (fly) => volumeExtend(fly, "shop", "vol_1", 2)],
  ];
  const clean = async (act: Promise<unknown>, planted = tokenSpelt) => {
    const error = await act.then(
      () => expect.unreachable(),
      (error: Error) => error,
    );
    // With causes and all own properties: what a careless `console.error` would print.
    const text = inspect(error, { depth: 10 }) + JSON.stringify(error) + error.message;
    const found = planted.filter((secret) => text.includes(secret));
    expect(found).toEqual([]);
  };

  describe.concurrent.each(answers)("of %s", (_, answer) => {
    test("to a call that sets secrets", async () => {
      await using server = await flyServer([answer]);
      const setting = secretsUpdate(server.client({ token }), "shop", { KEY: value, OLD: null });
      await clean(setting, [...tokenSpelt, ...spellings(value)]);
    });

    test.each(acts)("to a %s", async (_, act) => {
      await using server = await flyServer([answer]);
      await clean(act(server.client({ token })));
    });
  });

  test("of a server that cannot be reached", async () => {
    await using server = await flyServer([]);
    const flapsUrl = `http://127.0.0.1:${await closedPort()}`;
    await clean(machineFind(server.client({ token, flapsUrl }), "shop", "m1"));
  });

  test.each(["a\nb-planted", "a\u0000b-planted", "aéb-planted☃"])(
    "of a token that no header can hold: %j",
    async (odd) => {
      await using server = await flyServer([]);
      const error = await secretsUpdate(server.client({ token: odd }), "shop", { KEY: value }).catch((e) => e);
      expect(error).toMatchObject({ name: "FlyError", kind: "invalid" });
      expect(inspect(error, { depth: 10 })).not.toContain("planted");
      expect(server.arrivals).toHaveLength(0);
    },
  );
});
