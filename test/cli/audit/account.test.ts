import { beforeEach, describe, expect, test } from "vitest";
import { auditReport } from "../../../cli/audit/audit.ts";
import { happen, send, withLocalFly } from "../../support/local-fly.ts";

const context = withLocalFly();
const planted = `${"sk"}_live_PLANTEDplantedPLANTEDplanted`;

const environment = () => ({
  FLY_API_TOKEN: context.fly.token,
  FLY_FLAPS_BASE_URL: context.fly.url,
  FLY_API_BASE_URL: context.fly.url,
});

const audited = (app: string) => auditReport({ app }, environment());

/** What a report says of an app, by rule and property. */
async function said(app: string): Promise<string[]> {
  const { findings } = await audited(app);
  return findings.map(({ rule, subject, path, state }) => `${rule} ${subject} ${path ?? state}`).sort();
}

interface Machine {
  region?: string;
  group?: string;
  config?: Record<string, unknown>;
}

const web = {
  internal_port: 8080,
  protocol: "tcp",
  autostop: "stop",
  autostart: true,
  min_machines_running: 1,
  concurrency: { type: "requests", soft_limit: 200, hard_limit: 250 },
  ports: [
    { port: 80, handlers: ["http"], force_https: true },
    { port: 443, handlers: ["tls", "http"] },
  ],
  checks: [{ type: "http", path: "/up", interval: "10s", timeout: "2s", grace_period: "10s" }],
};

const wellKept = {
  image: `registry.fly.io/shop@sha256:${"a".repeat(64)}`,
  guest: { cpu_kind: "shared", cpus: 1, memory_mb: 512 },
  services: [web],
  stop_config: { signal: "SIGTERM", timeout: "30s" },
  restart: { policy: "on-failure", max_retries: 10 },
  metrics: { port: 9091, path: "/metrics" },
};

/** A machine as `fly deploy` makes it. */
async function machine(app: string, { region = "iad", group = "web", config = {} }: Machine = {}) {
  const labels = { fly_platform_version: "v2", ...(group && { fly_process_group: group }) };
  const whole = { ...wellKept, env: { PRIMARY_REGION: "iad" }, ...config, metadata: labels };
  return (await send(context.fly, "POST", `/v1/apps/${app}/machines`, { region, config: whole })) as {
    id: string;
    instance_id: string;
  };
}

let next = 0;
/** An app nobody declared, with addresses as flyctl gives them. */
async function app(): Promise<string> {
  next += 1;
  const name = `shop-${next}`;
  await send(context.fly, "POST", "/v1/apps", { app_name: name, name, org_slug: "local" });
  for (const type of ["v6", "shared_v4"]) await send(context.fly, "POST", `/v1/apps/${name}/ip_assignments`, { type });
  return name;
}

test("an app that is as it should be has no finding, and the report says what was not judged", async () => {
  const name = await app();
  for (const region of ["iad", "lhr"]) {
    const { id, instance_id } = await machine(name, { region });
    await send(context.fly, "GET", `/v1/apps/${name}/machines/${id}/wait?state=started&instance_id=${instance_id}`);
  }
  const report = await audited(name);
  expect(report.findings).toEqual([]);
  expect(report).toMatchObject({
    source: "account",
    outcome: "ready",
    regions: [
      { code: "iad", machines: 1, running: 1 },
      { code: "lhr", machines: 1, running: 1 },
    ],
  });
  expect(report.checks.map(({ name, status }) => `${status} ${name}`)).toContain("SKIP data-protected");
  for (const { detail } of report.checks) expect(detail).toMatch(/^not judged from an account: \S/);
});

describe("of machines that flyctl made,", () => {
  let name: string;
  beforeEach(async () => {
    name = await app();
  });

  test("those of one process group are one group", async () => {
    await machine(name);
    await machine(name, { group: "worker", config: { services: [], checks: { alive: { type: "tcp", port: 1 } } } });
    expect(await said(name)).toEqual([`FLY-AVL-01 group web of app ${name} slots`]);
  });

  test("two in one region miss the second region", async () => {
    await machine(name);
    await machine(name);
    expect(await said(name)).toEqual([`FLY-AVL-02 group web of app ${name} slots`]);
  });

  test("what is wrong is named as Fly spells it, with flyctl's way to mend it", async () => {
    const bare = { ...web, min_machines_running: 0, ports: [{ port: 80, handlers: ["http"] }] };
    for (const region of ["iad", "lhr"])
      await machine(name, { region, config: { services: [bare], stop_config: null } });
    const { findings, outcome } = await audited(name);
    const messages = findings.map(({ message }) => message);
    expect(messages).toContainEqual(
      `FLY-NET-01 group web of app ${name}: services[0].ports[0].force_https is not set; want true. Fix: \`force_https = true\` under [http_service].`,
    );
    expect(messages).toContainEqual(expect.stringMatching(/: services\[0\]\.min_machines_running is 0 while/));
    expect(messages).toContainEqual(expect.stringMatching(/: stop_config\.signal is not set/));
    expect(outcome).toBe("not ready");
  });

  test("one that the proxy may not stop keeps running for its group", async () => {
    const least = { ...web, min_machines_running: 0 };
    await machine(name, { config: { services: [{ ...least, autostop: "off" }] } });
    await machine(name, { region: "lhr", config: { services: [least] } });
    expect(await said(name)).toEqual([]);
  });

  test("another image than its group's is found, whichever is newer", async () => {
    await machine(name);
    await machine(name, { region: "lhr", config: { image: `registry.fly.io/shop@sha256:${"b".repeat(64)}` } });
    expect(await said(name)).toEqual([expect.stringMatching(/^FLY-IMG-03 machine \w+ of app shop-\d+ image$/)]);
  });

  test("a release command's is no part of the app", async () => {
    await machine(name);
    await machine(name, { region: "lhr" });
    await machine(name, { group: "fly_app_release_command", config: { services: [], restart: { policy: "no" } } });
    expect(await said(name)).toEqual([]);
  });

  test("one without a process group is judged by itself", async () => {
    await machine(name, { group: "" });
    expect(await said(name)).toContainEqual(expect.stringMatching(/^FLY-AVL-01 machine \w+ of app shop-\d+ /));
  });
});

test("volumes are judged by what Fly does with them, and an unused one is found", async () => {
  const name = await app();
  for (const region of ["iad", "lhr"]) await machine(name, { region });
  const volume = { name: "data", region: "iad", size_gb: 1, snapshot_retention: 5 };
  await send(context.fly, "POST", `/v1/apps/${name}/volumes`, volume);
  expect(await said(name)).toEqual([
    expect.stringMatching(/^FLY-CST-03 volume data of app/),
    `FLY-VOL-02 volume data of app ${name} snapshot_retention`,
  ]);
});

test("a token of twenty years is found by its name, and no secret's value is needed or shown", async () => {
  const name = await app();
  for (const region of ["iad", "lhr"]) await machine(name, { region });
  await send(context.fly, "POST", `/v1/apps/${name}/secrets`, { values: { STRIPE_KEY: planted } });
  await happen(context.fly, { kind: "token", app: name });
  const report = await audited(name);
  expect(report.findings.map(({ rule, path }) => `${rule} ${path}`)).toEqual(["FLY-SEC-05 expires_in"]);
  expect(JSON.stringify(report)).not.toContain("PLANTED");
});

test("a credential in a machine's environment is found and not quoted", async () => {
  const name = await app();
  for (const region of ["iad", "lhr"]) await machine(name, { region, config: { env: { STRIPE_API_KEY: planted } } });
  const report = await audited(name);
  expect(report.findings).toMatchObject([{ rule: "FLY-SEC-01", path: "env.STRIPE_API_KEY", level: "mandatory" }]);
  for (const form of [planted, Buffer.from(planted).toString("base64"), encodeURIComponent(planted)]) {
    expect(JSON.stringify(report)).not.toContain(form);
  }
});

describe("says in a line what is in the way:", () => {
  test("no such app", async () => {
    await expect(audited("nowhere")).rejects.toThrow(/^read app nowhere at .*: this token reaches no such app/);
  });

  test("an app of another organisation", async () => {
    await happen(context.fly, { kind: "foreign-app", name: "theirs", org: "them" });
    await expect(audited("theirs")).rejects.toThrow(/theirs/);
  });

  test("no token", async () => {
    await expect(auditReport({ app: "shop" }, {})).rejects.toThrow(/there is no token to ask with\. Set FLY_API_TOKEN/);
  });

  test("a name that is none", async () => {
    await expect(audited("../shop")).rejects.toThrow(/^--app: an app's name is/);
  });

  test("two targets", async () => {
    await expect(auditReport({ app: "shop", toml: "fly.toml" }, {})).rejects.toThrow(/^--app and --toml: name one/);
  });
});
