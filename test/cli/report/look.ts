import type { Page } from "playwright-core";

// What of a browser these functions use; they run in the page and not here.
interface Shown {
  readonly tagName: string;
  readonly textContent: string;
  readonly className: unknown;
  readonly parentElement: Shown | null;
  readonly childNodes: Iterable<{ readonly nodeType: number; readonly textContent: string | null }>;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  getClientRects(): { readonly length: number };
  getBoundingClientRect(): { readonly right: number };
  closest(selector: string): Shown | null;
}
declare const document: { querySelectorAll(selector: string): Iterable<Shown>; documentElement: Shown };
declare const getComputedStyle: (element: Shown) => Readonly<Record<string, string>>;

/** Texts whose contrast with what is behind them is under what WCAG 2.2 asks for (1.4.3: 4.5, large text 3). */
export const faintTexts = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const channels = (colour: string) => (colour.match(/[\d.]+/g) ?? []).map(Number);
    const luminance = (colour: string) => {
      const [r = 0, g = 0, b = 0] = channels(colour).map((each) => {
        const part = each / 255;
        return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = (element: Shown | null): string => {
      if (element === null) return "rgb(255, 255, 255)";
      const colour = getComputedStyle(element)["backgroundColor"] ?? "";
      return channels(colour)[3] === 0 ? behind(element.parentElement) : colour;
    };
    return [...document.querySelectorAll("body *")].flatMap((element) => {
      const own = [...element.childNodes].filter(({ nodeType }) => nodeType === 3);
      const said = own.map(({ textContent }) => textContent?.trim()).join("");
      if (said === "" || element.getClientRects().length === 0 || element.tagName === "title") return [];
      const { color = "", fill = "", fontSize = "", fontWeight = "" } = getComputedStyle(element);
      const [dark = 0, light = 0] = [
        luminance(element.tagName === "text" ? fill : color),
        luminance(behind(element)),
      ].sort((a, b) => a - b);
      const ratio = (light + 0.05) / (dark + 0.05);
      const size = Number.parseFloat(fontSize);
      const wanted = size >= 24 || (size >= 18.66 && Number(fontWeight) >= 700) ? 3 : 4.5;
      return ratio >= wanted ? [] : [`${ratio.toFixed(2)} ${element.tagName} ${said.slice(0, 40)}`];
    });
  });

/** Elements whose content is wider than they are, or that end right of the page. */
export const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const edge = document.documentElement.clientWidth + 1;
    return [...document.querySelectorAll("html, body *")].flatMap((element) => {
      // Clipped on purpose, for who listens to the page.
      if (element.closest("thead, svg")) return [];
      const wide = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
      const out = element.getBoundingClientRect().right > edge;
      return wide || out ? [`${element.tagName}.${element.className}: ${element.textContent.slice(0, 40)}`] : [];
    });
  });
