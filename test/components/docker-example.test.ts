import type { Input, Output } from "@pulumi/pulumi/output.js";
import { CustomResource } from "@pulumi/pulumi/resource.js";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Registered, run } from "./program.ts";

vi.mock("airworthy", () => import("../../components/index.ts"));

// The example's own package, which the root has not: under Pulumi's mocks only its type's name and what it is given count.
vi.mock("@pulumi/docker-build", () => ({
  Image: class extends CustomResource {
    declare readonly digest: Output<string>;
    constructor(name: string, args: Record<string, Input<unknown>>) {
      super("docker-build:index:Image", name, { digest: undefined, ...args });
    }
  },
}));

describe("the Docker example", () => {
  let registered: Registered[];
  const of = (type: string) => registered.find((each) => each.type === type);

  beforeAll(async () => {
    const program: string = "../../examples/docker/index.ts";
    registered = await run(() => import(program), { project: "docker", config: { "docker:appName": "acme-site" } });
  });

  it("makes the app before it builds, and one app only", () => {
    expect(registered.filter(({ type }) => type.endsWith(":App"))).toHaveLength(1);
    expect(of("docker-build:index:Image")?.dependsOn).toEqual(expect.arrayContaining(["push", "site"]));
  });

  it("pushes to the app's own repository, as x with the app's bare token", () => {
    expect(of("docker-build:index:Image")?.inputs).toMatchObject({
      push: true,
      tags: ["registry.fly.io/acme-site:latest"],
      platforms: ["linux/amd64"],
      registries: [{ address: "registry.fly.io", username: "x", password: "fm2_of_the_app" }],
    });
  });

  it("deploys what it built by its digest", () => {
    expect(of("airworthy:index:ProcessGroup")?.inputs).toMatchObject({
      app: "acme-site",
      config: { image: `registry.fly.io/acme-site@sha256:${"b".repeat(64)}` },
    });
  });
});
