import { once } from "node:events";
import { type ClientRequest, request } from "node:http";
import { expect } from "vitest";
import type { Local } from "../local-fly.ts";
import { behaviour } from "./behaviour.ts";

const started = async ({ caller }: Local, body = {}) => caller.machine(await caller.app(), body, "started");

behaviour(37, async (local) => {
  const config = { image: "nginx", env: { A: "1" }, checks: { up: { type: "tcp", port: 80 } } };
  const { path } = await started(local, { config });
  const { status, body } = await local.caller.post(path, { config: { image: "nginx:2" } });
  expect([status, body.config.env, body.config.checks]).toEqual([200, undefined, undefined]);
});

behaviour(38, async (local) => {
  const { path, shown } = await started(local, { config: { image: "nginx", env: { A: "1" } } });
  const { body } = await local.caller.post(path, { config: { image: "nginx:2" } });
  expect(body.instance_id).toMatch(/^[0-9A-Z]{26}$/);
  expect(body.instance_id).not.toBe(shown.instance_id);
  expect(body).toMatchObject({ id: shown.id, private_ip: shown.private_ip, region: shown.region });
  const { body: versions } = await local.caller.get(`${path}/versions`);
  expect(versions.map(({ version }: { version: string }) => version)).toEqual([body.instance_id, shown.instance_id]);
  expect(versions[1].user_config.env).toEqual({ A: "1" });
});

behaviour(39, async (local) => {
  const { path, shown } = await started(local);
  await local.caller.post(path, { config: { image: "nginx:2" } });
  await local.caller.get(`${path}/wait`);
  const { body } = await local.caller.get(`${path}?version=${shown.instance_id}`);
  expect(body).toMatchObject({ state: "replaced", config: { image: "registry-1.docker.io/library/nginx:latest" } });
});

behaviour(40, async (local) => {
  const { path, shown } = await started(local);
  const update = { config: { image: "nginx:2" }, current_version: shown.instance_id };
  expect((await local.caller.post(path, update)).status).toBe(200);
  expect((await local.caller.post(path, { ...update, config: { image: "nginx:3" } })).status).toBe(409);
  expect((await local.caller.get(path)).body.config.image).toMatch(/nginx:2$/);
});

const statesAfterUpdate = async (local: Local, path: string) => {
  const states = [(await local.caller.post(path, { config: { image: "nginx:2" } })).body.state];
  for (let reads = 0; reads < 5; reads++) {
    const { state } = (await local.caller.get(path)).body;
    if (state !== states.at(-1)) states.push(state);
  }
  return states;
};

behaviour(41, async (local) => {
  const states = await statesAfterUpdate(local, (await started(local)).path);
  expect([states[0], states.at(-1)]).toEqual(["replacing", "started"]);
});

behaviour(155, async (local) => {
  const { path } = await started(local);
  expect(await statesAfterUpdate(local, path)).toEqual(["replacing", "stopped", "starting", "started"]);
  const { body: events } = await local.caller.get(`${path}/events`);
  const of = (wanted: string) => events.find(({ type }: { type: string }) => type === wanted);
  expect(of("exit").request.exit_event.requested_stop).toBe(false);
  expect(of("update").status).toBe("replacing");
});

behaviour(42, async (local) => {
  const { path } = await started(local);
  await local.caller.post(`${path}/stop`);
  await local.caller.get(`${path}/wait?state=stopped`);
  const { body } = await local.caller.post(path, { config: { image: "nginx:2" } });
  expect((await local.caller.get(`${path}/wait?state=settled`)).body).toMatchObject({
    state: "stopped",
    version: body.instance_id,
  });
});

behaviour(43, async ({ caller }) => {
  const { path, shown } = await caller.machine(await caller.app(), { name: "web" });
  const elsewhere = { region: "fra", name: "other", config: { image: "nginx:2" } };
  expect((await caller.post(path, elsewhere)).status).toBe(400);
  expect((await caller.post(path, { ...elsewhere, region: "iad" })).status).toBe(400);
  expect((await caller.get(path)).body.instance_id).toBe(shown.instance_id);
  await caller.post("/_local/switches", { "update-elsewhere": "ignored" });
  expect((await caller.post(path, elsewhere)).body).toMatchObject({ region: "iad", name: "web" });
});

/** A call whose head is sent and whose body is not. */
function begun(url: string, token: string): ClientRequest {
  const call = request(url, { method: "POST", headers: { authorization: `Bearer ${token}` } });
  call.flushHeaders();
  return call;
}

/** Ends a call and says how it was answered. */
async function ended(call: ClientRequest, body: object) {
  call.end(JSON.stringify(body));
  const [reply] = await once(call, "response");
  const chunks: string[] = await reply.setEncoding("utf8").toArray();
  return { status: reply.statusCode, body: JSON.parse(chunks.join("")) };
}

let underWay: (calls: number) => void = () => {};

behaviour(
  47,
  async (local) => {
    const { path } = await started(local);
    const both = new Promise<void>((resolve) => {
      underWay = (calls) => calls === 2 && resolve();
    });
    const [first, second] = [0, 1].map(() => begun(local.fly.url + path, local.fly.token)) as [
      ClientRequest,
      ClientRequest,
    ];
    await both;
    expect((await ended(second, { config: { image: "nginx:2" } })).status).toBe(200);
    expect(await ended(first, { config: { image: "nginx:3" } })).toMatchObject({
      status: 409,
      body: { error: "aborted: machine update failed due to concurrent update" },
    });
    expect((await local.caller.get(path)).body.config.image).toMatch(/nginx:2$/);
    expect((await local.caller.post(path, { config: { image: "nginx:4" } })).status).toBe(200);
  },
  { onCall: (calls) => underWay(calls) },
);
