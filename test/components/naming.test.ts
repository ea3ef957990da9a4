import { describe, expect, it } from "vitest";
import { defaultAppName, volumeName } from "../../components/naming.ts";

describe("the default name of an app", () => {
  it("is the same in every run", () => {
    expect(defaultAppName("airworthy-shop", "dev", "shop")).toBe("airworthy-shop-dev-d8c0ae6");
  });

  it("differs by project, stack and component", () => {
    const names = [
      defaultAppName("a", "dev", "shop"),
      defaultAppName("b", "dev", "shop"),
      defaultAppName("a", "prod", "shop"),
      defaultAppName("a", "dev", "blog"),
      defaultAppName("a-dev", "x", "shop"),
      defaultAppName("a", "dev-x", "shop"),
    ];
    expect(new Set(names).size).toBe(names.length);
  });

  it.each([
    ["My_Project.2", "Feature/Login"],
    ["9lives", "dev"],
    ["日本", "本"],
    ["p".repeat(100), "s".repeat(100)],
    [`${"p".repeat(54)}-`, "dev"],
  ])("is one Fly takes, for project %s and stack %s", (project, stack) => {
    const name = defaultAppName(project, stack, "shop");
    expect(name).toMatch(/^[a-z][a-z0-9-]{0,54}-[0-9a-f]{7}$/);
    expect(name).not.toContain("--");
    expect(name.length).toBeLessThanOrEqual(63);
  });
});

it("a volume is named by its slot in letters Fly takes", () => {
  expect(volumeName("cache", "iad-0")).toBe("cache_iad_0");
  expect(volumeName("read-cache", "lhr-12")).toMatch(/^[a-z0-9_]{1,30}$/);
});
