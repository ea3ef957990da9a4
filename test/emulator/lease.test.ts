import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

async function leased(ttl = 30) {
  const machine = await local.caller.machine(await local.caller.app(), {}, "started");
  const { body } = await local.caller.post(`${machine.path}/lease`, { ttl, description: "test" });
  return { ...machine, nonce: { "fly-machine-lease-nonce": body.data.nonce as string }, lease: body.data };
}

test("a lease does not run out because another call skipped time, which its holder cannot know", async () => {
  const { path, nonce } = await leased(30);
  expect((await local.caller.get(`${path}/wait?state=stopped&timeout=60`)).status).toBe(408);
  expect((await local.caller.post(`${path}/stop`)).status).toBe(409);
  expect((await local.caller.post(`${path}/stop`, {}, nonce)).status).toBe(200);
});
