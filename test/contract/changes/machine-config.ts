import type { Properties } from "../../../provider/value.ts";
import type { Place } from "./subject.ts";

export const image = (letter: string) => `registry.fly.io/shop@sha256:${letter.repeat(64)}`;

/** Id of a new volume. */
export const volumeIn = async ({ engine, app }: Place, region: string, name: string) =>
  (await engine.create("Volume", `${app}-${name}`, { app, name, region, sizeGb: 1 })).id;

/** Every field of a machine's config, and another value of each. */
export const config: { base: Properties; changed: Properties } = {
  base: {
    image: image("a"),
    guest: { cpus: 1, memoryMb: 512 },
    env: { LOG_LEVEL: "info" },
    init: { cmd: ["serve"] },
    services: [{ internalPort: 8080, ports: [{ port: 443, handlers: ["tls", "http"] }], autostop: "stop" }],
    checks: { alive: { type: "tcp", port: 8080, interval: "15s", timeout: "5s" } },
    mounts: [{ path: "/data" }],
    restart: { policy: "on-failure", maxRetries: 3 },
    autoDestroy: false,
    stopConfig: { signal: "SIGTERM", timeout: "30s" },
    files: [{ guestPath: "/etc/motd", rawValue: "aGVsbG8=" }],
    metadata: { team: "shop" },
    metrics: { port: 9091, path: "/metrics" },
  },
  changed: {
    image: image("b"),
    guest: { cpus: 2, memoryMb: 1024 },
    env: { LOG_LEVEL: "debug" },
    init: { cmd: ["serve", "--loud"] },
    services: [{ internalPort: 8081, ports: [{ port: 443, handlers: ["tls", "http"] }], autostop: "suspend" }],
    checks: { alive: { type: "tcp", port: 8080, interval: "30s", timeout: "5s" } },
    mounts: [{ path: "/srv" }],
    restart: { policy: "always" },
    autoDestroy: true,
    stopConfig: { signal: "SIGINT", timeout: "10s" },
    files: [{ guestPath: "/etc/motd", rawValue: "Z29vZGJ5ZQ==" }],
    metadata: { team: "till" },
    metrics: { port: 9092, path: "/metrics" },
  },
};
