import { expect } from "vitest";
import type { Reply } from "../local-fly.ts";
import type { Memory } from "./memory.ts";

/** One thing somebody does. The numbers choose among what there is; the answer is the status. */
export type Step = (memory: Memory, first: number, second: number) => Promise<number>;

const noSuch = 404;
const pick = <T>(list: Iterable<T>, number: number): T | undefined => {
  const all = [...list];
  return all[number % Math.max(1, all.length)];
};

const anApp = (memory: Memory, number: number) => pick(memory.apps, number) ?? "nobodys";

/** A call to a machine there is. Where it is leased, the nonce comes along every other time. */
async function toMachine(memory: Memory, which: number, how: number, verb: string, body?: object): Promise<number> {
  const machine = pick(memory.machines, which);
  if (machine === undefined) return noSuch;
  const { app, id, nonce } = machine;
  const knows = how % 2 === 0;
  const headers: Record<string, string> = knows && nonce !== undefined ? { "fly-machine-lease-nonce": nonce } : {};
  const path = `/v1/apps/${app}/machines/${id}${verb}`;
  const { status } = await memory.caller.post(path, body, headers);
  if (nonce !== undefined && !knows) expect(status, `${path} without the nonce of its lease`).toBe(409);
  return status;
}

const verb =
  (name: string): Step =>
  (memory, first, second) =>
    toMachine(memory, first, second, `/${name}`);

const plain = (mode: number) => ({ image: "nginx", env: { MODE: `${mode}` } });

function kept<T>({ status, body }: Reply, then: (body: Reply["body"]) => T): number {
  if (status < 300) then(body);
  return status;
}

const machineSteps: Record<string, Step> = {
  async "create a machine"(memory, first, second) {
    const app = anApp(memory, first);
    const body = { name: `m-${second}`, region: "iad", config: plain(second), skip_launch: second % 3 === 0 };
    const reply = await memory.caller.post(`/v1/apps/${app}/machines`, body);
    return kept(reply, ({ id }) => memory.machines.push({ app, id }));
  },
  async "create a machine that mounts"(memory, first, second) {
    const volume = pick(memory.volumes, first);
    if (volume === undefined) return noSuch;
    const config = { ...plain(second), mounts: [{ volume: volume.id, path: "/data" }] };
    const reply = await memory.caller.post(`/v1/apps/${volume.app}/machines`, { region: "iad", config });
    return kept(reply, ({ id }) => memory.machines.push({ app: volume.app, id }));
  },
  "update a machine": (memory, first, second) =>
    toMachine(memory, first, second, "", { config: plain(second), skip_launch: second % 5 === 0 }),
  "start a machine": verb("start"),
  "stop a machine": verb("stop"),
  "suspend a machine": verb("suspend"),
  "cordon a machine": verb("cordon"),
  async "wait for a machine"(memory, first, second) {
    const machine = pick(memory.machines, first);
    if (machine === undefined) return noSuch;
    const state = ["started", "stopped", "settled", "suspended"][second % 4];
    const path = `/v1/apps/${machine.app}/machines/${machine.id}/wait?timeout=20&state=${state}`;
    return (await memory.caller.get(path)).status;
  },
  async "lease a machine"(memory, first, second) {
    const machine = pick(memory.machines, first);
    if (machine === undefined) return noSuch;
    const reply = await memory.caller.post(`/v1/apps/${machine.app}/machines/${machine.id}/lease`, {
      ttl: 600 + second,
    });
    if (machine.nonce !== undefined) expect(reply.status).toBe(409);
    return kept(reply, ({ data }) => {
      machine.nonce = data.nonce;
    });
  },
  async "release a lease"(memory, first) {
    const machine = pick(memory.machines, first);
    if (machine?.nonce === undefined) return noSuch;
    const path = `/v1/apps/${machine.app}/machines/${machine.id}/lease`;
    const reply = await memory.caller.delete(path, { "fly-machine-lease-nonce": machine.nonce });
    expect(reply.status).toBe(200);
    machine.nonce = undefined;
    return reply.status;
  },
  async "destroy a machine"(memory, first, second) {
    const machine = pick(memory.machines, first);
    if (machine === undefined) return noSuch;
    const path = `/v1/apps/${machine.app}/machines/${machine.id}?force=${second % 2 === 0}`;
    const headers: Record<string, string> = machine.nonce ? { "fly-machine-lease-nonce": machine.nonce } : {};
    const reply = await memory.caller.delete(path, headers);
    return kept(reply, () => memory.machines.splice(memory.machines.indexOf(machine), 1));
  },
};

const volumeSteps: Record<string, Step> = {
  async "create a volume"(memory, first, second) {
    const app = anApp(memory, first);
    const body = { name: "data", region: "iad", size_gb: 1 + second };
    const reply = await memory.caller.post(`/v1/apps/${app}/volumes`, body);
    return kept(reply, ({ id }) => memory.volumes.push({ app, id, gb: 1 + second }));
  },
  async "extend a volume"(memory, first, second) {
    const volume = pick(memory.volumes, first);
    if (volume === undefined) return noSuch;
    const gb = volume.gb + second - 4;
    const reply = await memory.caller.put(`/v1/apps/${volume.app}/volumes/${volume.id}/extend`, { size_gb: gb });
    if (gb < volume.gb) expect(reply.status).toBe(422);
    return kept(reply, () => {
      volume.gb = gb;
    });
  },
  async "snapshot a volume"(memory, first) {
    const volume = pick(memory.volumes, first);
    if (volume === undefined) return noSuch;
    return (await memory.caller.post(`/v1/apps/${volume.app}/volumes/${volume.id}/snapshots`)).status;
  },
  async "delete a volume"(memory, first) {
    const volume = pick(memory.volumes, first);
    if (volume === undefined) return noSuch;
    const reply = await memory.caller.delete(`/v1/apps/${volume.app}/volumes/${volume.id}`);
    return kept(reply, () => memory.volumes.splice(memory.volumes.indexOf(volume), 1));
  },
};

const appSteps: Record<string, Step> = {
  async "create an app"(memory, first) {
    const name = `app-${first % 4}`;
    const reply = await memory.caller.post("/v1/apps", { name, org_slug: "local" });
    expect(reply.status).toBe(memory.apps.has(name) ? 422 : 201);
    memory.apps.add(name);
    return reply.status;
  },
  async "delete an app"(memory, first, second) {
    if (second % 3 > 0) return noSuch;
    const app = anApp(memory, first);
    const reply = await memory.caller.delete(`/v1/apps/${app}`);
    // It answers for some seconds more: who deletes an app looks until it is gone.
    while (reply.status === 202 && (await memory.caller.get(`/v1/apps/${app}`)).status === 200);
    return kept(reply, () => memory.forgetApp(app));
  },
  async "set and unset secrets"(memory, first, second) {
    const app = anApp(memory, first);
    const values = { [`S${second % 5}`]: `${second}`, [`S${(second + 1) % 5}`]: null };
    const reply = await memory.caller.post(`/v1/apps/${app}/secrets`, { values });
    return kept(reply, () => {
      memory.secrets.add(`${app} S${second % 5}`);
      memory.secrets.delete(`${app} S${(second + 1) % 5}`);
    });
  },
  async "ask for a certificate"(memory, first, second) {
    const [app, hostname] = [anApp(memory, first), `h${second % 3}.example.com`];
    const reply = await memory.caller.post(`/v1/apps/${app}/certificates/acme`, { hostname });
    return kept(reply, () => memory.hostnames.add(`${app} ${hostname}`));
  },
  async "delete a certificate"(memory, first) {
    const [app, hostname] = pick(memory.hostnames, first)?.split(" ") ?? [];
    const reply = await memory.caller.delete(`/v1/apps/${app}/certificates/${hostname}`);
    return kept(reply, () => memory.hostnames.delete(`${app} ${hostname}`));
  },
  "let time pass": async ({ caller }, first) =>
    (await caller.post("/_local/clock", { advanceMs: first * 1000 })).status,
};

const graphql = (memory: Memory, name: string, input: object, asked: string) => {
  const query = `mutation($input: ${name[0]?.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${asked} } }`;
  return memory.caller.post("/graphql", { query, variables: { input } });
};

const organisationSteps: Record<string, Step> = {
  async "create a cluster"(memory, first) {
    const body = { name: `db-${first}`, org_slug: "local", region: "iad", plan: "basic" };
    const reply = await memory.caller.post("/v1/postgres", body);
    return kept(reply, ({ data }) => memory.clusters.add(data.id));
  },
  async "use a cluster"(memory, first, second) {
    const id = pick(memory.clusters, first);
    const path = `/v1/postgres/${id}`;
    await memory.caller.get(path);
    return (await memory.caller.post(`${path}/databases`, { name: `d${second}` })).status;
  },
  async "attach a cluster"(memory, first, second) {
    const path = `/v1/postgres/${pick(memory.clusters, first)}/attachments`;
    return (await memory.caller.post(path, { app_name: anApp(memory, second) })).status;
  },
  async "delete a cluster"(memory, first, second) {
    const id = pick(memory.clusters, first) ?? "";
    if (second % 3 > 0) return noSuch;
    return kept(await memory.caller.delete(`/v1/postgres/${id}`), () => memory.clusters.delete(id));
  },
  async "make a token"(memory, first) {
    const query = '{ organization(slug: "local") { id } }';
    const { body } = await memory.caller.post("/graphql", { query });
    const wish = { name: `t-${first}`, organizationId: body.data.organization.id, profile: "deploy_organization" };
    const input = { ...wish, profileParams: {} };
    const reply = await graphql(memory, "createLimitedAccessToken", input, "limitedAccessToken { id tokenHeader }");
    const { id, tokenHeader } = reply.body.data.createLimitedAccessToken.limitedAccessToken;
    memory.tokens.set(id, tokenHeader);
    return reply.status;
  },
  async "revoke a token"(memory, first) {
    const [id, authorization = ""] = pick(memory.tokens, first) ?? [];
    if (id === undefined) return noSuch;
    const reply = await graphql(memory, "deleteLimitedAccessToken", { id }, "clientMutationId");
    expect(reply.body.errors).toBeUndefined();
    memory.tokens.delete(id);
    expect((await memory.caller.get("/v1/apps?org_slug=local", { authorization })).status).toBe(401);
    return reply.status;
  },
};

export const steps: Record<string, Step> = { ...machineSteps, ...volumeSteps, ...appSteps, ...organisationSteps };
