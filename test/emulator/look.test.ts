import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faintTexts, tooWide } from "../cli/report/look.ts";
import { debianTool } from "../support/debian.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();
let browser: Browser;

beforeAll(async () => {
  // Nothing but our own page is opened, and root has no sandbox in a container.
  browser = await chromium.launch({ executablePath: debianTool("chromium"), args: ["--no-sandbox"] });
}, 120_000);
afterAll(() => browser?.close());

/** Opens the page, and proves that it complained of nothing and asked nobody but its own server. */
async function looking(use: (page: Page) => Promise<void>, url = local.fly.url) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const said: string[] = [];
  const asked = new Set<string>();
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => said.push(dialog.message()));
  page.on("request", (request) => asked.add(new URL(request.url()).origin));
  try {
    await page.goto(url);
    await use(page);
    expect({ said, asked: [...asked] }).toEqual({ said: [], asked: [url] });
  } finally {
    await page.close();
  }
}

/** What somebody reads there: with the spaces between cells, without what is folded. */
const read = async (page: Page, place: string) => (await page.locator(place).allInnerTexts()).join("\n");

const check = { web: { type: "http", port: 8080, interval: "10s", grace_period: "5s" } };

/** A machine of the app that runs, with whatever config. */
const web = (app: string, region: string, config: object = {}, name = `web-${region}`) =>
  local.caller.machine(
    app,
    { region, name, config: { image: "nginx", checks: check, metadata: { fly_process_group: "web" }, ...config } },
    "started",
  );

const anonymous = (path: string, init?: RequestInit) => fetch(local.fly.url + path, init);
const slow = { timeout: 120_000 };

test(
  "it shows apps, machines by region, volumes with their hosts, checks, faults, the journal and the clock",
  slow,
  async () => {
    const { caller, fly } = local;
    const app = await caller.app();
    const volume = await caller.volume(app, { region: "fra" });
    const { id } = await web(app, "fra", { mounts: [{ volume: volume.id, path: "/data" }] });
    const other = await web(app, "syd");
    await caller.post(`${other.path}/stop`, {});
    await caller.get(`${other.path}/wait?state=stopped`);
    await caller.event({ kind: "check", app: "shop", machine: id, check: "web", status: "critical", output: "no" });
    await caller.event({ kind: "capacity", region: "gru", machines: 3 });
    fly.faults.arm({ operation: "Volumes_list", kind: "delay", ms: 4000, times: 2, skip: 1 });
    await looking(async (page) => {
      const text = (part: string) => read(page, `#${part}`);
      expect(await text("apps")).toMatch(/shop[\s\S]*1 started[\s\S]*1 stopped[\s\S]*web\s+fra/);
      expect(await text("apps")).toContain(id);
      expect(await page.locator(".map .label text").allTextContents()).toEqual(["fra 1", "syd 0/1"]);
      expect(await text("regions")).toMatch(/fra Frankfurt, Germany\s+1 started/);
      expect(await text("volumes")).toContain(volume.id);
      expect(await text("volumes")).toContain(fly.world.volumes.get(volume.id)?.host);
      expect(await text("checks")).toMatch(/1 of 1 not passing[\s\S]*critical/);
      expect(await text("faults")).toMatch(/delay\s+Volumes_list\s+the next 2 calls after 1\s+4000 ms/);
      expect(await text("faults")).toContain("gru: 3 machines");
      expect(await read(page, "#journal li:first-child")).toMatch(/200\s+Machines_wait/);
      expect(await text("clock")).toContain(new Date(fly.clock.now()).toISOString().slice(0, 10));
      expect(await text("clock")).toMatch(/instant, virtual time, .+ ahead/);
    });
    fly.faults.clear();
  },
);

test("it follows what changes without being loaded anew, and keeps what somebody folded", slow, async () => {
  const app = await local.caller.app();
  await web(app, "fra");
  await looking(async (page) => {
    await page.evaluate("globalThis.loadedOnce = true");
    await page.locator("#app-shop > summary").click();
    const { id } = await web(app, "gru");
    await page.locator(".map .label", { hasText: "gru 1" }).waitFor();
    await page.locator("#journal", { hasText: id }).waitFor();
    expect(await page.locator("#app-shop").getAttribute("open")).toBeNull();
    expect(await page.evaluate("globalThis.loadedOnce")).toBe(true);
  });
});

const hostile = `<script>alert(1)</script><img src=http://203.0.113.7/ onerror=alert(2)>"'&`;

test("names that are markup are text, and break out of nothing", slow, async () => {
  const { caller } = local;
  const app = await caller.app();
  const metadata = { fly_process_group: hostile };
  await web(app, "fra", { metadata, checks: { [hostile]: check.web } }, hostile);
  await web(app, "fra", { metadata: { fly_process_group: `${"w".repeat(300)}\u202e` } }, "m".repeat(300));
  await caller.event({ kind: "failing-image", image: `${hostile}${"i".repeat(200)}` });
  await looking(async (page) => {
    expect(await page.locator("body").textContent()).toContain(hostile);
    expect(await page.locator("body script, img, iframe, form, [onerror], [style]").count()).toBe(0);
    expect(await page.content()).not.toContain("\u202e");
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      expect({ width, wide: await tooWide(page) }).toEqual({ width, wide: [] });
    }
  });
});

test("what stands in the page itself is not run: its policy forbids that", slow, async () => {
  const page = await browser.newPage();
  await page.goto(local.fly.url);
  const said: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  await page.evaluate(`{
    const script = document.createElement("script");
    script.textContent = "globalThis.ran = true";
    document.body.append(script);
  }`);
  expect(await page.evaluate("globalThis.ran")).toBeUndefined();
  expect(said.join()).toMatch(/Content Security Policy/);
  await page.close();
});

test("no token, secret, environment, nonce, command, file, body or check's output is on it", slow, async () => {
  const { caller, fly } = local;
  const plant = "planted-9f3c";
  const app = await caller.app();
  await caller.post(`${app}/secrets/KEY`, { value: plant });
  const { id, path } = await web(app, "fra", {
    env: { PASSWORD: plant, [plant]: "1" },
    init: { cmd: ["sh", "-c", plant] },
    files: [{ guest_path: "/etc/key", raw_value: btoa(plant) }],
    metadata: { note: plant },
  });
  const lease = await caller.post(`${path}/lease`, { description: plant, ttl: 600 });
  const made = await caller.event({ kind: "token", app: "shop" });
  await caller.event({ kind: "check", app: "shop", machine: id, check: "web", status: "critical", output: plant });
  await caller.get(`${app}/machines?summary=${plant}`);
  fly.faults.arm({ operation: "Apps_list", kind: "status", status: 500, body: { error: plant } });
  const text = await (await anonymous("/")).text();
  expect(text).toContain("leased");
  const digests = fly.world.tokens.all().map(({ digest }) => digest);
  const never = [
    plant,
    btoa(plant),
    fly.token,
    fly.world.digestKey,
    lease.body.data.nonce,
    made.body.token,
    ...digests,
  ];
  expect(never.filter((each) => typeof each !== "string" || each.length < 8 || text.includes(each))).toEqual([]);
  fly.faults.clear();
});

test("looking moves no clock, changes nothing and leaves no line in the journal", slow, async () => {
  const { caller, fly } = local;
  const app = await caller.app();
  await web(app, "fra");
  // On its way for as long as nobody waits for it.
  await caller.machine(app, { region: "gru" });
  const { documents, skipped } = fly.world.snapshot();
  const before = {
    documents,
    skipped,
    setting: fly.clock.setting,
    arrivals: fly.world.arrivals,
    lines: fly.journal.entries(),
  };
  await looking(async (page) => {
    await page.waitForResponse((response) => response.url() === `${fly.url}/`);
    await page
      .locator(".chip", { hasText: /created|starting/ })
      .first()
      .waitFor();
  });
  const now = fly.world.snapshot();
  expect({
    ...{ documents: now.documents, skipped: now.skipped, setting: fly.clock.setting },
    ...{ arrivals: fly.world.arrivals, lines: fly.journal.entries() },
  }).toEqual(before);
});

test("it is for its own host name and origin only, and nothing but GET is a look", async () => {
  for (const path of ["/", "/_local/look.js", "/_local/look.css"]) {
    const reply = await anonymous(path);
    expect(reply.status).toBe(200);
    expect(reply.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self';/);
    expect(reply.headers.get("content-security-policy")).not.toContain("unsafe");
    expect((await anonymous(path, { headers: { origin: "http://evil.example" } })).status).toBe(403);
    expect((await anonymous(path, { method: "POST" })).status).toBeGreaterThanOrEqual(400);
  }
});

test("with 500 machines it fits and reads at every width, light and dark", slow, async () => {
  const { caller } = local;
  const regions = ["ams", "fra", "lhr", "iad", "ewr", "yyz", "syd", "nrt", "gru"];
  for (let each = 0; each < 10; each++) {
    const app = await caller.app(`app-${each}`);
    for (let n = 0; n < 50; n++) await caller.machine(app, { region: regions[n % 9], name: `m-${n}` });
    await caller.volume(app);
  }
  await caller.pass(60_000);
  await looking(async (page) => {
    expect(await read(page, "#apps h2")).toContain("10 apps, 500 machines");
    expect(await read(page, "#app-app-3 > summary")).toContain("50 started");
    expect(await page.locator("#apps table").first().isVisible()).toBe(false);
    await page.locator("#app-app-3 > summary").click();
    await page.locator("#app-app-3-machines > summary").click();
    for (const width of [360, 768, 1280, 1440]) {
      for (const colorScheme of ["light", "dark"] as const) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        const look = { width, colorScheme, wide: await tooWide(page), faint: await faintTexts(page) };
        expect(look).toEqual({ width, colorScheme, wide: [], faint: [] });
      }
    }
  });
});

test("a local Fly that nobody calls leaves though somebody looks at it, and the page says so", slow, async () => {
  const dir = mkdtempSync(join(tmpdir(), "airworthy-look-"));
  const main = join(import.meta.dirname, "../../emulator/main.ts");
  const child = fork(main, ["--dir", dir, "--idle-seconds", "4"], { stdio: "ignore" });
  try {
    const [{ url }] = (await once(child, "message")) as [{ url: string }];
    const left = once(child, "exit");
    const page = await browser.newPage();
    let looks = 0;
    page.on("response", () => looks++);
    await page.goto(url);
    expect(await left).toEqual([0, null]);
    expect(looks).toBeGreaterThan(3);
    await page.getByText("It does not answer").waitFor();
    await page.close();
  } finally {
    child.kill();
    rmSync(dir, { recursive: true, force: true });
  }
});
