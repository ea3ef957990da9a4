import { expect, test } from "vitest";
import { fullImage } from "../../fly/image.ts";

test.each([
  ["redis", "registry-1.docker.io/library/redis:latest"],
  ["redis:7", "registry-1.docker.io/library/redis:7"],
  ["docker.io/redis:7", "registry-1.docker.io/library/redis:7"],
  ["library/redis:7", "registry-1.docker.io/library/redis:7"],
  ["acme/shop", "registry-1.docker.io/acme/shop:latest"],
  ["ghcr.io/acme/shop:2", "ghcr.io/acme/shop:2"],
  ["registry.fly.io/shop@sha256:aa", "registry.fly.io/shop@sha256:aa"],
  ["localhost:5000/shop", "localhost:5000/shop:latest"],
])("%s is %s in full", (short, full) => {
  expect(fullImage(short)).toBe(full);
  expect(fullImage(full)).toBe(full);
});
