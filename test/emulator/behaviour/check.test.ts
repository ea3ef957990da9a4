import { expect } from "vitest";
import { behaviour } from "./behaviour.ts";

behaviour(165, async ({ caller }) => {
  const checks = [{ type: "http", interval: "10s", grace_period: "5s" }];
  const config = { image: "acme/web:1", services: [{ internal_port: 80, checks }] };
  const { path } = await caller.machine(await caller.app(), { config }, "started");
  const seen = [];
  for (let reads = 0; reads < 5; reads++) seen.push((await caller.get(path)).body.checks);
  expect(seen[0]).toEqual([]);
  expect(seen.at(-1)).toMatchObject([
    { name: "servicecheck-00-http-80", status: "passing" },
    { name: "bg_deployments_compat-00-http-80", status: "passing" },
  ]);
});
