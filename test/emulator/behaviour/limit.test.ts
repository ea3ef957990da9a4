import { expect } from "vitest";
import { behaviour } from "./behaviour.ts";

behaviour(55, async ({ caller }) => {
  const app = await caller.app();
  await caller.event({ kind: "machine-limit", machines: 1 });
  const { path } = await caller.machine(app);
  const body = { region: "iad", config: { image: "nginx" } };
  expect(await caller.post(`${app}/machines`, body)).toMatchObject({
    status: 422,
    body: { error: "Your organization has reached its machine limit. Please contact billing@fly.io" },
  });
  expect((await caller.get(`${app}/machines`)).body).toHaveLength(1);
  await caller.delete(`${path}?force=true`);
  await caller.get(`${path}/wait?state=destroyed`);
  expect((await caller.post(`${app}/machines`, body)).status).toBe(200);
});

for (const [number, guest, named] of [
  [57, { cpu_kind: "performance", cpus: 8, memory_mb: 8192 }, "16384"],
  [58, { gpu_kind: "a10" }, "GPU"],
] as const) {
  behaviour(number, async ({ caller }) => {
    const app = await caller.app();
    const reply = await caller.post(`${app}/machines`, { config: { image: "nginx", guest } });
    expect([reply.status, reply.body.error]).toEqual([400, expect.stringContaining(named)]);
    expect((await caller.get(`${app}/machines`)).body).toEqual([]);
  });
}

behaviour(
  134,
  async ({ caller }) => {
    const app = await caller.app();
    await caller.pass(60_000);
    const [one, other] = [await caller.machine(app), await caller.machine(app)];
    await caller.pass(60_000);
    const start = (path: string) => caller.post(`${path}/start`);
    const replies = [];
    for (let calls = 0; calls < 5; calls++) replies.push(await start(one.path));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
    expect(replies[3]?.body).toEqual({ error: "rate limit exceeded" });
    expect((await start(other.path)).status).toBe(200);
    await caller.pass(1_000);
    expect([(await start(one.path)).status, (await start(one.path)).status]).toEqual([200, 429]);
    const reads = [];
    for (let calls = 0; calls < 20; calls++) reads.push((await caller.get(one.path)).status);
    expect(reads.slice(0, 10)).toEqual(Array(10).fill(200));
    expect(reads).toContain(429);
  },
  { profile: "fly" },
);
