import { expect, test } from "vitest";
import { tool } from "./tool.ts";

const { parseVersion, isAtLeast } = await tool("version");

test.each([
  ["v3.259.0", [3, 259, 0]],
  ["go1.26.8", [1, 26, 8]],
  ["go1.26", [1, 26, 0]],
  ["v3.260.0-alpha.1+abc", [3, 260, 0]],
  ["", undefined],
  ["not a version", undefined],
])("%s is read as %j", (text, parts) => expect(parseVersion(text)).toEqual(parts));

test.each([
  ["22.18.0", "22.18.0", true],
  ["22.17.9", "22.18.0", false],
  ["24.0.0", "22.18.0", true],
  ["20.99.99", "22.18.0", false],
  ["v3.1000.0", "3.250.0", true],
  ["broken", "3.250.0", false],
])("%s is at least %s: %s", (have, want, answer) => expect(isAtLeast(have, want)).toBe(answer));
