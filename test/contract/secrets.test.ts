import { beforeAll, expect, test } from "vitest";
import { secret } from "../support/engine.ts";
import { arm, journalEnd, mutations, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
const app = "vault";

beforeAll(() => local.engine.create("App", "vault", { name: app }));

const set = (name: string, values: object) => local.engine.create("Secrets", name, { app, values } as never);

test("values are secret in inputs and outputs whether the program marked them or not", async () => {
  const state = await set("marked", { PLAIN: "planted-plain-value", MARKED: secret("planted-marked-value") });
  for (const part of [state.inputs, state.outputs]) {
    const values = part["values"] as Record<string, Record<string, unknown>>;
    for (const key of ["PLAIN", "MARKED"]) expect(Object.keys(values[key] ?? {})).toContain("value");
  }
  expect(JSON.stringify(state.outputs["digests"])).not.toContain("planted");
  expect(state.outputs["version"]).toBeGreaterThan(0);
});

test("two Secrets of one app own only the names they declare", async () => {
  const { engine, fly } = local;
  await send(fly, "POST", `/v1/apps/${app}/secrets`, { values: { BY_HAND: "stays" } });
  const first = await set("first", { ONE: "1111" });
  const second = await set("second", { TWO: "2222" });
  await engine.update(second, { app, values: { THREE: "3333" } });
  await engine.remove(first);
  const { secrets } = (await send(fly, "GET", `/v1/apps/${app}/secrets`)) as { secrets: { name: string }[] };
  const names = secrets.map(({ name }) => name);
  expect(names).toContain("BY_HAND");
  expect(names).toContain("THREE");
  expect(names).not.toContain("ONE");
  expect(names).not.toContain("TWO");
});

test("a value changed by hand is drift of that name only, and up sets it again", async () => {
  const { engine, fly } = local;
  const args = { app, values: { KEPT: "kept-value", TURNED: "turned-value" } };
  const state = await set("drift", args.values);
  await send(fly, "POST", `/v1/apps/${app}/secrets`, { values: { TURNED: "by hand" } });
  const refreshed = await engine.refresh(state);
  expect(refreshed?.drift).toEqual({ "values.TURNED": "UPDATE" });
  const mended = await engine.update(refreshed ?? state, args);
  expect(mended.outputs["digests"]).toEqual(state.outputs["digests"]);
  expect((await engine.refresh(mended))?.drift).toEqual({});
});

test("a generated value is made once and known to nobody", async () => {
  const { engine, fly } = local;
  const args = { app, values: { MADE: { generate: { length: 32 } } } };
  const state = await set("generated", args.values);
  const since = await journalEnd(fly);
  expect(await engine.update(state, args)).toBe(state);
  expect(await mutations(fly, since)).toEqual([]);
});

test("a lost answer is asked for again and ends in the same secrets", async () => {
  await arm(local.fly, "Secrets_update", { kind: "lose-response" });
  const state = await set("lost", { LOST: "lost-value" });
  expect(Object.keys(state.outputs["digests"] as object)).toEqual(["LOST"]);
});

test("an error of Fly's that quotes a value is shown without it", async () => {
  const value = "quoted+secret/value==";
  for (const spelling of [value, encodeURIComponent(value), Buffer.from(value).toString("base64")]) {
    await arm(local.fly, "Secrets_update", { kind: "status", status: 422, body: { error: `bad value ${spelling}` } });
    const error = await set("quoted", { QUOTED: secret(value) }).catch((thrown) => thrown);
    expect(error.message).toContain("[secret]");
    expect(error.message).not.toContain(spelling);
  }
});

test.each([
  [{ FLY_APP: "x" }, /values\.FLY_APP: names that begin with FLY_/],
  [{ "bad name": "x" }, /must be a name of letters/],
  [{ SHORT: { generate: { length: 4 } } }, /16 to 256/],
])("%j is refused at check", async (values, message) => {
  await expect(local.engine.check("Secrets", "bad", { app, values } as never)).rejects.toThrow(message);
});
