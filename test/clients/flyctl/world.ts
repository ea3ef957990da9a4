/** What of a machine is compared with what flyctl prints. */
export interface Machine {
  id: string;
  name: string;
  state: string;
  region: string;
  instance_id: string;
  private_ip: string;
  created_at: string;
  updated_at: string;
  cordoned: boolean;
  image_ref: { repository: string; tag: string; digest: string };
  config: {
    env?: Record<string, string>;
    metadata?: Record<string, string>;
    mounts?: { volume: string; path: string }[];
    guest: { cpu_kind: string; cpus: number; memory_mb: number };
    services?: { internal_port: number; protocol: string }[];
  };
  checks?: { name: string; status: string; output: string }[];
  events: { type: string; status: string; source: string; timestamp: number }[];
}

/** Any answer of an API: the claims say what they expect of it. */
// biome-ignore lint/suspicious/noExplicitAny: raw answers are read
type Answer = any;

const still = new Set(["started", "stopped", "suspended", "failed"]);

/** What is so, asked of the local Fly over raw HTTP and never through a client of Fly's. */
export class LocalWorld {
  readonly url: string;
  readonly #token: string;

  constructor({ url, token }: { url: string; token: string }) {
    this.url = url;
    this.#token = token;
  }

  async call(method: string, path: string, body?: object): Promise<{ status: number; body: Answer }> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { authorization: `Bearer ${this.#token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: /^[[{]/.test(text) ? JSON.parse(text) : text };
  }

  /** What a call that has to succeed answers. */
  async ask(path: string, method = "GET", body?: object): Promise<Answer> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  happen = (event: object) => this.ask("/_local/events", "POST", event);

  /** Lets time pass at Fly. */
  pass = (seconds: number) => this.ask("/_local/clock", "POST", { advanceMs: seconds * 1000 });

  /** Lets as much time pass at Fly as something takes to become so. */
  async until(what: string, isSo: () => Promise<boolean>): Promise<void> {
    for (let looks = 0; looks < 200; looks++) {
      if (await isSo()) return;
      await this.pass(5);
    }
    throw new Error(`${what} did not come in 1,000 s of Fly's time`);
  }

  app = (name: string) => this.call("GET", `/v1/apps/${name}`);

  volumes = (app: string): Promise<Answer[]> => this.ask(`/v1/apps/${app}/volumes`);

  /** An app's machines once none of them is on its way: three looks that see the same. */
  async machines(app: string): Promise<Machine[]> {
    const seen: string[] = [];
    for (let look = 0; look < 200; look++) {
      const machines: Machine[] = await this.ask(`/v1/apps/${app}/machines`);
      seen.push(
        JSON.stringify(machines.map(({ id, state, checks = [] }) => [id, state, checks.map((one) => one.status)])),
      );
      const isStill = machines.every(({ state }) => still.has(state)) && new Set(seen.slice(-3)).size === 1;
      if (isStill && look > 1) return machines;
    }
    throw new Error(`machines of app ${app} do not come to rest: ${seen.at(-1)}`);
  }

  async machine(app: string, id: string): Promise<Machine> {
    const machine = (await this.machines(app)).find((one) => one.id === id);
    if (machine === undefined) throw new Error(`app ${app} has no machine ${JSON.stringify(id)}`);
    return machine;
  }

  /** Machines of an app on which somebody holds a lease. */
  async leased(app: string): Promise<string[]> {
    const ids = (await this.machines(app)).map(({ id }) => id);
    const answers = await Promise.all(ids.map((id) => this.call("GET", `/v1/apps/${app}/machines/${id}/lease`)));
    return ids.filter((_, index) => answers[index]?.status !== 404);
  }

  /** Calls that the local Fly has no answer to, by operation. */
  async unanswered(): Promise<Map<string, number>> {
    const { entries } = await this.ask("/_local/journal?since=0");
    const operations = (entries as { operation: string; status: number }[])
      .filter(({ status }) => status === 501)
      .map(({ operation }) => operation);
    return new Map([...new Set(operations)].map((one) => [one, operations.filter((other) => other === one).length]));
  }
}
