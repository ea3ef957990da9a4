import { execFile } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "airworthy-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** What the Pulumi CLI would answer; the real one is in test/engine/rollback.test.ts. */
interface Pulumi {
  groups?: object[];
  config?: object;
  /** Exit code and error of a command, by its first word. */
  fails?: Record<string, [number, string]>;
}

/** Puts a `pulumi` on PATH that answers so and writes down how it was called. */
function given({ groups = [], config = {}, fails = {} }: Pulumi): void {
  const urn = (name: string) => `urn:pulumi:prod::shop::airworthy:index:ProcessGroup::${name}`;
  const resources = groups.map((outputs, index) => ({
    urn: urn(`g${index}`),
    type: "airworthy:index:ProcessGroup",
    outputs,
  }));
  writeFileSync(join(dir, "export.json"), JSON.stringify({ version: 3, deployment: { resources } }));
  writeFileSync(join(dir, "config.json"), JSON.stringify(config));
  const script = `#!${process.execPath}
const { appendFileSync, readFileSync } = require("node:fs");
const args = process.argv.slice(2);
appendFileSync(${JSON.stringify(join(dir, "calls"))}, JSON.stringify(args.filter((arg) => arg !== "--non-interactive")) + "\\n");
const [code, error] = (${JSON.stringify(fails)})[args[0]] ?? [0, ""];
if (args[0] === "up") console.log("updating");
if (error) console.error("some state first\\n" + error);
if (code) process.exit(code);
if (args.includes("export")) console.log(readFileSync(${JSON.stringify(join(dir, "export.json"))}, "utf8"));
if (args.includes("--json")) console.log(readFileSync(${JSON.stringify(join(dir, "config.json"))}, "utf8"));
`;
  writeFileSync(join(dir, "pulumi"), script);
  chmodSync(join(dir, "pulumi"), 0o755);
}

const calls = (): string[][] =>
  (existsSync(join(dir, "calls")) ? readFileSync(join(dir, "calls"), "utf8") : "")
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
/** What it was told to change. */
const changes = () => calls().filter(([verb, what]) => verb === "up" || (verb === "config" && what !== "--json"));

interface Run {
  code: number;
  out: string;
  err: string;
}

function airworthy(...args: string[]): Promise<Run> {
  const env = { PATH: `${dir}:${dirname(process.execPath)}` };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], { env, cwd: dir }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
    child.stdin?.end();
  });
}

const secret = (value: unknown) => ({
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  plaintext: JSON.stringify(value),
});
const image = (number: number) => `registry.fly.io/shop@sha256:${String(number).repeat(64)}`;
const release = (version: number, more: object = {}, config: object = {}) => ({
  version,
  at: `2026-11-2${version}T10:30:00.000Z`,
  config: { image: image(version), env: { KEY: `planted-${version}` }, ...config },
  ...more,
});
const group = (name: string, running: number, releases: object[]) => ({
  app: "shop",
  name,
  release: { version: running, image: image(running) },
  releases: secret(releases),
});
const web = () => group("web", 4, [release(4), release(3), release(2)]);
const worker = () => group("worker", 3, [release(3), release(2)]);

describe("airworthy rollback", () => {
  test("without a number goes to the release before, for every group, in one line each and one up", async () => {
    given({ groups: [web(), worker()] });
    const { code, out, err } = await airworthy("rollback", "--yes", "--stack", "prod");
    expect(code).toBe(0);
    expect(changes()).toEqual([
      [
        ...["config", "set-all", "--path", "--plaintext", 'airworthy:pins["shop/web"]=3'],
        ...["--plaintext", 'airworthy:pins["shop/worker"]=2', "--stack", "prod"],
      ],
      ["up", "--yes", "--skip-preview", "--stack", "prod"],
    ]);
    expect(out).toContain("shop/web: release 4 => 3");
    expect(out).toContain("updating");
    expect(err).toContain("shop/web at release 3, shop/worker at release 2, by airworthy:pins in Pulumi.prod.yaml");
  });

  test("keeps what else is held, and goes back from a release that was another one as from that one", async () => {
    const pins = { value: '{"shop/worker":2}' };
    const again = group("web", 4, [release(4, { ofRelease: 3 }), release(3), release(2)]);
    given({ groups: [again, worker()], config: { "airworthy:pins": pins } });
    await airworthy("rollback", "--yes", "--group", "web");
    expect(changes()[0]?.filter((arg) => arg.startsWith("airworthy:"))).toEqual([
      'airworthy:pins["shop/worker"]=2',
      'airworthy:pins["shop/web"]=2',
    ]);
  });

  test("shows image and sizes, and of what may be secret only that it changes", async () => {
    const before = release(3, { raw: { dns: "planted" } }, { guest: { memoryMb: 512 }, init: { cmd: ["planted"] } });
    const now = release(
      4,
      { raw: { dns: "planted-too" } },
      {
        guest: { memoryMb: 1024 },
        env: { KEY: "planted-4", NEW: "planted" },
        services: [{ internalPort: 80, checks: [{ headers: [{ values: ["planted"] }] }] }],
      },
    );
    given({ groups: [group("web", 4, [now, before])] });
    const { out, err } = await airworthy("rollback", "--yes");
    expect(out.split("\n").slice(1, -2)).toEqual([
      `  ~ config.image: ${image(4)} => ${image(3)}`,
      "  ~ config.env.KEY: changed",
      "  - config.env.NEW",
      "  ~ config.guest.memoryMb: 1024 => 512",
      "  - config.services[0].internalPort",
      "  - config.services[0].checks[0].headers[0].values[0]",
      "  ~ raw.dns: changed",
      "  + config.init.cmd[0]",
    ]);
    expect(out + err).not.toContain("planted");
  });

  test("an image that the program keeps secret is not shown", async () => {
    const state = { ...web(), config: { image: secret(image(4)) } };
    given({ groups: [state] });
    const { out } = await airworthy("rollback", "--yes");
    expect(out).toContain("~ config.image: changed");
  });

  test("hands the exit code of a failed up on, and says that the pin stays and how to end it", async () => {
    given({ groups: [web()], fails: { up: [255, "error: the stack is currently locked by 1 lock(s)"] } });
    const { code, err } = await airworthy("rollback", "3", "--yes");
    expect(code).toBe(255);
    expect(err).toContain("the stack is currently locked");
    expect(err).toContain(
      "airworthy:pins in Pulumi.prod.yaml still says: shop/web at release 3. `pulumi up` tries again",
    );
  });

  test.each([
    ["3", "release 3 of shop/worker is what runs"],
    ["4", "release 4 of shop/web is what runs"],
    ["9", "release 9 of shop/web is not kept; kept are 2, 3, 4"],
    ["x", "the release must be a whole number, 1 or more"],
  ])("to %s is refused before anything is changed: %s", async (number, why) => {
    given({ groups: [web(), worker()] });
    const { code, err } = await airworthy("rollback", number, "--yes");
    expect(code).toBe(1);
    expect(err).toContain(why);
    expect(changes()).toEqual([]);
  });

  test("where it is held already, says how that ends, or that it has not arrived", async () => {
    const config = { "airworthy:pins": { value: '{"shop/web":3}' } };
    given({ groups: [group("web", 5, [release(5, { ofRelease: 3 }), release(4), release(3)])], config });
    expect((await airworthy("rollback", "3", "--yes")).err).toContain(
      "shop/web is held at release 3 already; `airworthy rollback --lift` ends it",
    );
    given({ groups: [web()], config });
    expect((await airworthy("rollback", "3", "--yes")).err).toContain("already; `pulumi up` brings it there");
  });

  test("asks first, which needs a terminal", async () => {
    given({ groups: [web()] });
    const { code, err } = await airworthy("rollback");
    expect(code).toBe(1);
    expect(err).toContain("airworthy: go back: it asks first, which needs a terminal, or --yes");
    expect(changes()).toEqual([]);
  });

  test.each([
    ["error: no Pulumi.yaml project file found (searching upwards from /x)", "name it with --cwd"],
    ["error: no stack selected; please use `pulumi stack select`", "Name one with --stack"],
    ["error: no stack named 'nope' found", "`pulumi stack ls` lists them"],
  ])("passes on what pulumi says, with what to do: %s", async (error, way) => {
    given({ fails: { stack: [255, error] } });
    const { code, err } = await airworthy("rollback", "--yes");
    expect(code).toBe(1);
    expect(err).toContain(`airworthy: read the stack: pulumi says ${error.replace("error: ", "")}`);
    expect(err).toContain(way);
    expect(err).not.toContain("some state first");
  });

  test("without pulumi says where it is", async () => {
    const { code, err } = await airworthy("rollback", "--yes");
    expect([code, err]).toEqual([
      1,
      expect.stringContaining("no `pulumi` on PATH. After `. ./airworthy.env` there is one"),
    ]);
  });

  test("of a stack without groups says so", async () => {
    given({});
    expect((await airworthy("rollback", "--yes")).err).toBe("airworthy: stack has no process group\n");
  });
});

describe("airworthy rollback --lift", () => {
  const config = { "airworthy:pins": { value: '{"shop/web":3,"gone/web":2}' } };

  test("takes all lines out, or those of the groups named, and runs up", async () => {
    given({ groups: [web()], config });
    expect((await airworthy("rollback", "--lift", "--yes")).code).toBe(0);
    expect((await airworthy("rollback", "--lift", "--yes", "--group", "gone/web")).code).toBe(0);
    expect(changes()).toEqual([
      ["config", "rm", "airworthy:pins"],
      ["up", "--yes", "--skip-preview"],
      ["config", "rm-all", "--path", 'airworthy:pins["gone/web"]'],
      ["up", "--yes", "--skip-preview"],
    ]);
  });

  test("says what is held where the name does not tell", async () => {
    given({ groups: [web()], config });
    expect((await airworthy("rollback", "--lift", "--yes", "--group", "web")).err).toContain(
      "--group web: several are held under that name; held are shop/web, gone/web",
    );
    given({ groups: [web()] });
    expect((await airworthy("rollback", "--lift", "--yes")).err).toContain("lift: nothing is held in stack prod");
    expect((await airworthy("rollback", "3", "--lift")).err).toContain("--lift takes no release");
  });
});

describe("airworthy releases", () => {
  test("lists them by group, with what runs and what is held, and pins of no group", async () => {
    const releases = [
      release(4, { strategy: "canary", ofRelease: 2 }),
      release(3),
      { version: 2, config: { image: "shop:2" }, imageDigest: `sha256:${"d".repeat(64)}` },
    ];
    given({
      groups: [group("web", 4, releases)],
      config: { "airworthy:pins": { value: '{"shop/web":2,"gone/web":2}' } },
    });
    const { out } = await airworthy("releases");
    expect(out).toBe(`shop/web
  4  2026-11-24 10:30 UTC  canary  registry.fly.io/shop@sha256:444444444444  is 2 again, running
  3  2026-11-23 10:30 UTC          registry.fly.io/shop@sha256:333333333333
  2                                shop:2@sha256:dddddddddddd                held by airworthy:pins
airworthy:pins names what is no group of this stack: gone/web
`);
  });

  test("--json has no config and no environment", async () => {
    given({ groups: [web()] });
    const { out } = await airworthy("releases", "--json");
    expect(out).not.toContain("planted");
    expect(JSON.parse(out)).toMatchObject([
      { group: "shop/web", running: 4, releases: [{ version: 4, image: image(4) }, {}, {}] },
    ]);
  });

  test("says where a rollout is not complete", async () => {
    given({ groups: [group("web", 5, [release(4)])] });
    expect((await airworthy("releases")).out).toContain("release 5 is not complete: `pulumi up` goes on with it");
  });
});
