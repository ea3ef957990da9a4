import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

test("a list of another organisation's apps is 403", async () => {
  expect((await local.caller.get("/v1/apps?org_slug=acme")).status).toBe(403);
});

test("an app without a name is 422", async () => {
  expect((await local.caller.post("/v1/apps", { org_slug: "local" })).status).toBe(422);
});
