import { expect } from "vitest";
import { checkFlyioReadiness, type ReadinessOptions } from "../../cli/readiness/readiness.ts";
import { type Caller, withLocalFly } from "../emulator/local-fly.ts";

/** A local Fly of its own for each test, and what the live check says of app "shop" on it. */
export function withLiveCheck() {
  const local = withLocalFly();

  /** Status and detail by name, in a line each. */
  async function lines(options: ReadinessOptions = {}): Promise<Record<string, string>> {
    const { url, token } = local.fly;
    const settings = { apps: ["shop"], token, flapsUrl: url, statusUrl: url, environment: {}, timeoutMs: 60_000 };
    const { checks } = await checkFlyioReadiness({ ...settings, ...options });
    expect(JSON.stringify(checks)).not.toContain(options.token ?? token);
    return Object.fromEntries(checks.map(({ name, status, detail }) => [name, `${status} ${detail}`]));
  }

  return { local, lines };
}

interface Shape {
  region?: string;
  group?: string;
  config?: object;
}

/** A service as Fly's proxy has it, with autostop or without. */
export const service = (autostop: "off" | "stop" = "off") => ({
  protocol: "tcp",
  internal_port: 8080,
  autostop,
  autostart: true,
  ports: [
    { port: 443, handlers: ["tls", "http"] },
    { port: 80, handlers: ["http"], force_https: true },
  ],
});

/** Makes a started machine of app "shop", by default one that serves. */
export function machine(caller: Caller, { region = "iad", group = "web", config = {} }: Shape = {}) {
  const whole = { image: "nginx", services: [service()], metadata: { fly_process_group: group }, ...config };
  return caller.machine("/v1/apps/shop", { region, config: whole }, "started");
}

/** Stops it, as a person with flyctl would. */
export async function stop(caller: Caller, { path }: { path: string }): Promise<void> {
  expect((await caller.post(`${path}/stop`)).status).toBe(200);
  expect((await caller.get(`${path}/wait?state=stopped`)).status).toBe(200);
}

/** Milliseconds of a day. */
export const day = 86_400_000;
