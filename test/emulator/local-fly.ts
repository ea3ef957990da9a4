import { afterEach, beforeEach, expect } from "vitest";
import { type Emulator, type EmulatorOptions, startEmulator } from "../../emulator/index.ts";

/** What came back from one call. */
export interface Reply {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: tests read raw answers
  body: any;
  headers: Headers;
}

/** Raw HTTP to a local Fly, never through our own client: the two must not be wrong together. */
export class Caller {
  readonly #url: string;
  readonly #authorization: string;

  constructor({ url, token }: { url: string; token: string }) {
    this.#url = url;
    this.#authorization = `Bearer ${token}`;
  }

  async send(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Reply> {
    const response = await fetch(this.#url + path, {
      method,
      headers: { authorization: this.#authorization, ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json");
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  get = (path: string, headers?: Record<string, string>) => this.send("GET", path, undefined, headers);
  post = (path: string, body?: unknown, headers?: Record<string, string>) => this.send("POST", path, body, headers);
  put = (path: string, body?: unknown, headers?: Record<string, string>) => this.send("PUT", path, body, headers);
  patch = (path: string, body?: unknown, headers?: Record<string, string>) => this.send("PATCH", path, body, headers);
  delete = (path: string, headers?: Record<string, string>) => this.send("DELETE", path, undefined, headers);

  /** Asks GraphQL, and answers with the data: there may be no errors. */
  async graphql(query: string, variables: object = {}) {
    const { data, errors } = (await this.post("/graphql", { query, variables })).body;
    expect(errors).toBeUndefined();
    return data;
  }

  /** Makes app "shop" and answers with its path. */
  async app(name = "shop"): Promise<string> {
    expect((await this.post("/v1/apps", { name, org_slug: "local" })).status).toBe(201);
    return `/v1/apps/${name}`;
  }

  /** Makes a machine of the app and answers with its path and what Fly said of it. */
  async machine(app: string, body: Record<string, unknown> = {}, state?: string) {
    const reply = await this.post(`${app}/machines`, { region: "iad", config: { image: "nginx" }, ...body });
    expect(reply.body).toMatchObject({ state: "created" });
    const path = `${app}/machines/${reply.body.id}`;
    if (state !== undefined) expect((await this.get(`${path}/wait?state=${state}`)).status).toBe(200);
    return { path, id: reply.body.id as string, shown: reply.body };
  }

  async volume(app: string, body: Record<string, unknown> = {}) {
    const reply = await this.post(`${app}/volumes`, { name: "data", region: "iad", size_gb: 1, ...body });
    expect(reply.status).toBe(200);
    return { path: `${app}/volumes/${reply.body.id}`, id: reply.body.id as string, shown: reply.body };
  }

  event(event: Record<string, unknown>): Promise<Reply> {
    return this.post("/_local/events", event);
  }

  async pass(advanceMs: number): Promise<void> {
    expect((await this.post("/_local/clock", { advanceMs })).status).toBe(200);
  }
}

/** A local Fly, and who calls it. */
export interface Local {
  fly: Emulator;
  caller: Caller;
}

/** Gives a local Fly of its own to what is to be proven. A fault that is left over is a mistake. */
export async function onLocalFly(options: EmulatorOptions, prove: (local: Local) => Promise<unknown>): Promise<void> {
  const fly = await startEmulator({ checksAnswers: true, ...options });
  try {
    await prove({ fly, caller: new Caller(fly) });
    expect(fly.faults.unspent()).toEqual([]);
  } finally {
    await fly.close();
  }
}

/** A local Fly of its own for each test. A fault that is left over fails the test that armed it. */
export function withLocalFly(options: EmulatorOptions = {}): { fly: Emulator; caller: Caller } {
  const held = {} as { fly: Emulator; caller: Caller };
  beforeEach(async () => {
    held.fly = await startEmulator({ checksAnswers: true, ...options });
    held.caller = new Caller(held.fly);
  });
  afterEach(async () => {
    const unspent = held.fly.faults.unspent();
    await held.fly.close();
    expect(unspent).toEqual([]);
  });
  return held;
}
