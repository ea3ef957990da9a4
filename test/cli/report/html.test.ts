import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { html } from "../../../cli/report/html.ts";
import type { Report } from "../../../cli/report/report.ts";
import { rowsOf } from "../../../cli/report/summary.ts";
import { regions as table } from "../../../fly/regions.ts";
import { checklist } from "../../../policies/catalogue.ts";
import { debianTool } from "../../support/debian.ts";
import { faintTexts, tooWide } from "./look.ts";
import { checked, full, hostile, hostileName } from "./sample.ts";

const folder = mkdtempSync(join(tmpdir(), "airworthy-html-"));
let browser: Browser;

beforeAll(async () => {
  // Nothing but our own page is opened, and root has no sandbox in a container.
  browser = await chromium.launch({ executablePath: debianTool("chromium"), args: ["--no-sandbox"] });
}, 120_000);

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the report as a file, and tells what the page asked for and complained about. */
async function opened(report: Report, use: (page: Page) => Promise<void>) {
  const file = join(folder, "report.html");
  writeFileSync(file, html(report));
  const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
  const said: string[] = [];
  const asked: string[] = [];
  page.on("console", (message) => said.push(message.text()));
  page.on("pageerror", (error) => said.push(error.message));
  page.on("dialog", (dialog) => said.push(dialog.message()));
  page.on("request", (request) => asked.push(request.url()));
  try {
    const url = pathToFileURL(file).href;
    await page.goto(url);
    await use(page);
    expect({ said, asked }).toEqual({ said: [], asked: [url] });
  } finally {
    await page.close();
  }
}

const reports = { full, checked, hostile };
const looks = [320, 360, 768, 1280].flatMap((width) =>
  (["light", "dark"] as const).map((colorScheme) => ({ width, colorScheme })),
);

test.each(Object.keys(reports) as (keyof typeof reports)[])(
  "report %s asks nobody for anything, complains of nothing, and fits and reads at every width, light and dark",
  { timeout: 120_000 },
  async (name) => {
    await opened(reports[name], async (page) => {
      for (const { width, colorScheme } of looks) {
        await page.setViewportSize({ width, height: 900 });
        await page.emulateMedia({ colorScheme });
        const look = { width, colorScheme, wide: await tooWide(page), faint: await faintTexts(page) };
        expect(look).toEqual({ width, colorScheme, wide: [], faint: [] });
      }
    });
  },
);

test("what is looked for is seen: pale text and a wide word are found", { timeout: 60_000 }, async () => {
  const page = await browser.newPage({ viewport: { width: 360, height: 900 } });
  await page.setContent(`<p style="color:#999">pale</p><div style="white-space:nowrap">${"w".repeat(200)}</div>`);
  expect([await faintTexts(page), await tooWide(page)]).toEqual([
    [expect.stringContaining("pale")],
    expect.arrayContaining([expect.stringContaining("DIV")]),
  ]);
  await page.close();
});

test("a name that is markup is shown as text, and makes no element", { timeout: 60_000 }, async () => {
  await opened(hostile, async (page) => {
    expect(await page.locator("script, img, iframe, form, [onerror], [onload]").count()).toBe(0);
    const links = await page.locator("a").evaluateAll((all) => all.map((a) => (a as unknown as { href: string }).href));
    expect(links.filter((href) => !/^(https:\/\/fly\.io\/docs\/|file:.*#FLY-)/.test(href))).toEqual([]);
    expect(await page.locator("body").textContent()).toContain("<script>alert(1)</script>");
    expect(await page.locator(".about").textContent()).toBe(
      // What drives a terminal or turns the writing is gone; the rest is there letter by letter.
      // biome-ignore lint/suspicious/noControlCharactersInRegex: it is looked for
      hostileName.replace(/[\u001b\u202e]+/g, " "),
    );
  });
});

test("even markup that got in would run nothing and ask nobody", { timeout: 60_000 }, async () => {
  const file = join(folder, "injected.html");
  const injected =
    '<script>document.title = "ran"</script><img src="https://elsewhere.invalid/x.png" onerror="document.title = 1">';
  writeFileSync(file, html(full).replace("<main>", `<main>${injected}`));
  const page = await browser.newPage();
  const asked: string[] = [];
  await page.route("https://**", (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  await page.goto(pathToFileURL(file).href);
  expect([await page.title(), asked]).toEqual(["Not ready: stack dev of airworthy-shop", []]);
  await page.close();
});

test("each row of the checklist says in words how it stands", { timeout: 60_000 }, async () => {
  await opened(full, async (page) => {
    const rows = page.locator("section[aria-labelledby=checklist] tbody tr:not(.part)");
    const said = await rows.evaluateAll((all) =>
      all.map((row) =>
        [...(row as unknown as { cells: Iterable<{ textContent: string }> }).cells].map((cell) => cell.textContent),
      ),
    );
    expect(said.map(([row]) => row)).toEqual(checklist.map(({ row }) => row));
    const states = rowsOf(full).map(({ state }) => state);
    expect(said.map(([, , state]) => state?.replace(/^\W+/, ""))).toEqual(states);
    expect(new Set(states)).toEqual(new Set(["met", "met so far", "broken", "exempted", "worth a look", "not judged"]));
  });
});

test("every link within the page leads somewhere, and no two elements have one id", { timeout: 60_000 }, async () => {
  await opened(full, async (page) => {
    const ids = await page
      .locator("[id]")
      .evaluateAll((all) => all.map((one) => (one as unknown as { id: string }).id));
    expect(ids.length).toBe(new Set(ids).size);
    const links = await page
      .locator('a[href^="#"]')
      .evaluateAll((all) => all.map((one) => (one as unknown as { hash: string }).hash.slice(1)));
    expect(links).toContain("FLY-AVL-02");
    expect(links.filter((id) => !ids.includes(id))).toEqual([]);
  });
});

const everywhere: Report = {
  ...full,
  regions: table.map(({ code }, index) => ({ code, machines: index + 1, running: index })),
};

test.each(Object.entries({ full, everywhere }))(
  "the map of report %s has a point for each region in use, and no label covers a point or another label",
  { timeout: 60_000 },
  async (_, report) => {
    await opened(report, async (page) => {
      const known = report.regions.filter(({ code }) => code !== "qqq");
      expect(await page.locator(".map .place text").allTextContents()).toEqual(
        known.map(({ code, machines, running = machines }) =>
          running === machines ? `${code} ${machines}` : `${code} ${running}/${machines}`,
        ),
      );
      const boxes = await page.locator(".map .plate, .map .place circle").evaluateAll((all) =>
        all.map((one) => {
          const shape = one as unknown as {
            tagName: string;
            getBBox(): Record<"x" | "y" | "width" | "height", number>;
          };
          const { x, y, width, height } = shape.getBBox();
          return { isLabel: shape.tagName === "rect", x, y, width, height };
        }),
      );
      const covered = boxes.filter(
        (box) =>
          box.isLabel &&
          boxes.some(
            (other) =>
              other !== box &&
              box.x < other.x + other.width &&
              other.x < box.x + box.width &&
              box.y < other.y + other.height &&
              other.y < box.y + box.height,
          ),
      );
      expect(covered).toEqual([]);
    });
  },
);

test("on paper it reads too, and says where a link leads", { timeout: 60_000 }, async () => {
  await opened(full, async (page) => {
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    expect(await faintTexts(page)).toEqual([]);
    const after = await page
      .locator(".finding a")
      .first()
      .evaluate(
        (link) =>
          (globalThis as unknown as { getComputedStyle(e: unknown, p: string): { content: string } }).getComputedStyle(
            link,
            "::after",
          ).content,
      );
    expect(after).toContain("https://fly.io/docs/");
  });
});
