import { connect } from "node:net";
import { expect, test } from "vitest";
import { routes } from "../../emulator/routes.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const deep = `{"config":${"[".repeat(5000)}${"]".repeat(5000)},"values":{}}`;
const odd = [null, "", "ü\u0000", "../../etc", -1, 1e308, 0.5, true, [], {}, [null], { a: null }];
const fields = (
  "name org_slug network region config lease_ttl min_secrets_version skip_launch current_version size_gb fstype " +
  "encrypted snapshot_retention snapshot_id require_unique_zone values value type ttl description metadata signal timeout"
).split(" ");
const bodies = [
  ...odd.map((value) => Object.fromEntries(fields.map((field) => [field, value]))),
  ...odd.map((value) => ({
    name: "ok",
    org_slug: "local",
    region: "iad",
    config: { image: "nginx", services: value },
  })),
  ...odd.map((value) => ({
    config: { image: "nginx", guest: value, env: value, mounts: value, checks: { a: value } },
  })),
  '{"__proto__":{"a":1},"config":{"__proto__":null},"values":{"__proto__":"x"}}',
  deep,
];

test("no body makes the local Fly fail, on any route", async () => {
  const app = await local.caller.app();
  const volume = await local.caller.volume(app);
  const machine = await local.caller.machine(app, {}, "started");
  const fill: Record<string, string> = { app: "shop", key: "k", name: "N", ip: "1.2.3.4", org: "local", hostname: "h" };
  for (const { method, path, operation } of routes.filter((route) => route.method !== "GET")) {
    if (operation === "Apps_delete") continue;
    const id = path.includes("volumes") ? volume.id : machine.id;
    const target = `/${path.map((part) => (part === "{id}" ? id : part.replace(/\{(\w+)\}/, (_, key) => fill[key] ?? key))).join("/")}`;
    for (const body of bodies) {
      const { status } = await local.caller.send(method, target, body);
      expect([operation, status, status < 500 || status === 501]).toEqual([operation, status, true]);
    }
  }
}, 30_000);

test.each([
  "/v1/apps/%2e%2e%2f",
  "/v1/apps/%ff",
  "//",
  "/v1/apps/__proto__",
  "/v1/apps/a/machines/%00",
  "/v1/apps?x=%ff",
])("%s is refused as Fly would", async (path) => {
  expect([400, 404]).toContain((await local.caller.get(path)).status);
});

test("a client that hangs up in the middle of a body harms nobody", async () => {
  const { hostname, port, host } = new URL(local.fly.url);
  for (let callers = 0; callers < 5; callers++) {
    const socket = connect(Number(port), hostname);
    await new Promise((resolve) => socket.once("connect", resolve));
    socket.write(`POST /v1/apps HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 500\r\n\r\n{"name":`);
    socket.destroy();
  }
  await local.caller.app();
});
