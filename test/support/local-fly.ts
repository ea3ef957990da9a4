import { afterAll, afterEach, beforeAll } from "vitest";
import { startEmulator } from "../../emulator/index.ts";
import { Engine, secret } from "./engine.ts";

type LocalFly = Awaited<ReturnType<typeof startEmulator>>;

/** A local Fly for the tests of a file, and an engine whose provider is configured for it. */
export function withLocalFly(options: Parameters<typeof startEmulator>[0] = {}) {
  const context = {} as { fly: LocalFly; engine: Engine };
  beforeAll(async () => {
    context.fly = await startEmulator({ checksAnswers: true, ...options });
    context.engine = await Engine.start({ flapsUrl: context.fly.url, token: secret(context.fly.token) });
  });
  // A fault that was armed and never met means that the test did not test what it says.
  afterEach(async () => {
    const { faults } = (await control(context.fly, "GET", "faults")) as { faults: unknown[] };
    await control(context.fly, "DELETE", "faults");
    if (faults.length > 0) throw new Error(`faults left over: ${JSON.stringify(faults)}`);
  });
  afterAll(() => context.fly?.close());
  return context;
}

/** A call of the local Fly's control surface. */
export const control = (fly: LocalFly, method: string, path: string, body?: unknown) =>
  send(fly, method, `/_local/${path}`, body);

/** A call of the Machines API as a person with curl would make it. */
export async function send(fly: LocalFly, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(fly.url + path, {
    method,
    headers: { authorization: `Bearer ${fly.token}`, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
  return text === "" ? undefined : JSON.parse(text);
}

/** Operations that changed something, in order, since an entry of the journal. */
export async function mutations(fly: LocalFly, since = 0): Promise<string[]> {
  const { entries } = (await control(fly, "GET", `journal?since=${since}`)) as {
    entries: { seq: number; operation: string; mutating: boolean }[];
  };
  return entries.filter(({ mutating }) => mutating).map(({ operation }) => operation);
}

/** Number of the journal's last entry. */
export async function journalEnd(fly: LocalFly): Promise<number> {
  const { entries } = (await control(fly, "GET", "journal?since=0")) as { entries: { seq: number }[] };
  return entries.at(-1)?.seq ?? 0;
}

export const arm = (fly: LocalFly, operation: string, fault: object) =>
  control(fly, "POST", "faults", { operation, times: 1, ...fault });

export const happen = (fly: LocalFly, event: object) => control(fly, "POST", "events", event);
