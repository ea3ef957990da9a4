import { describe, expect, test } from "vitest";
import { Reading, Unreadable, unknown } from "../../policies/index.ts";

const configOf = (config: unknown, raw?: unknown) => {
  const read = Reading.of({ config, raw });
  return read.at("config").under(read.at("raw"));
};

test("what is absent reads as absent, however deep", () => {
  const config = configOf(null);
  expect(config.at("stopConfig.signal").text()).toBeUndefined();
  expect(config.at("services").list()).toEqual([]);
  expect(config.at("env").entries()).toEqual([]);
});

test("an unknown is in the way of those who need it, and only of them", () => {
  const config = configOf({ image: unknown, env: { A: unknown, B: "b" } });
  expect(config.at("env.B").text()).toBe("b");
  expect(() => config.at("image").text()).toThrow(new Unreadable("config.image", "is not known before `up`"));
  expect(() => configOf(unknown).at("env.B")).toThrow("config is not known before `up`");
});

test("a value of the wrong type is named, and not shown", () => {
  const config = configOf({ image: 4711, services: "[secret]", stopConfig: { timeout: "soon" } });
  expect(() => config.at("image").text()).toThrow("config.image is not text");
  expect(() => config.at("services").list()).toThrow("config.services is not a list");
  expect(() => config.at("stopConfig.timeout").ms()).toThrow("config.stopConfig.timeout is no duration");
});

describe("raw, in Fly's spelling, lies over the config", () => {
  test("object by object", () => {
    const config = configOf(
      { stopConfig: { signal: "SIGINT", timeout: "5s" } },
      { stop_config: { signal: "SIGTERM" } },
    );
    expect(config.at("stopConfig.signal").text()).toBe("SIGTERM");
    expect(config.at("stopConfig.signal").path).toBe("raw.stop_config.signal");
    expect(config.at("stopConfig.timeout").ms()).toBe(5000);
    expect(config.at("stopConfig.timeout").path).toBe("config.stopConfig.timeout");
  });

  test("lists as a whole", () => {
    const config = configOf({ services: [{ internalPort: 1 }, {}] }, { services: [{ internal_port: 2 }] });
    expect(config.at("services").list()).toHaveLength(1);
    expect(config.at("services").list()[0]?.at("internalPort").number()).toBe(2);
  });

  test("maps of the user's key by key, without respelling a key", () => {
    const config = configOf({ env: { logLevel: "info", A: "1" } }, { env: { A: "2", "b.c": "3" } });
    expect(
      config
        .at("env")
        .entries()
        .map(([key, value]) => [key, value.text(), value.path]),
    ).toEqual([
      ["logLevel", "info", "config.env.logLevel"],
      ["A", "2", "raw.env.A"],
      ["b.c", "3", 'raw.env["b.c"]'],
    ]);
  });

  test("and while it is unknown, so is what it may change", () => {
    expect(() => configOf({ image: "a:1" }, unknown).at("image")).toThrow("raw is not known before `up`");
  });
});
