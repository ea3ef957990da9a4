import { describe, expect, it } from "vitest";
import { keptRunning, minRunningOf, placesOf, primaryRegionOf, summaryOf } from "../../components/placement.ts";

const names = (regions: Record<string, number>) => placesOf(regions).map(({ name }) => name);

describe("placement", () => {
  it("numbers the slots of each region from 0", () => {
    expect(placesOf({ iad: 2, lhr: 1 })).toEqual([
      { name: "iad-0", region: "iad" },
      { name: "iad-1", region: "iad" },
      { name: "lhr-0", region: "lhr" },
    ]);
  });

  it("makes as many slots as machines, each name once, each in its region", () => {
    for (let iad = 0; iad < 12; iad++) {
      for (let lhr = 0; lhr < 12; lhr++) {
        const places = placesOf({ iad, lhr });
        expect(new Set(places.map(({ name }) => name)).size).toBe(iad + lhr);
        expect(places.every(({ name, region }) => name.startsWith(`${region}-`))).toBe(true);
      }
    }
  });

  it("renames no slot when a region grows, comes or goes, and takes the highest away when it shrinks", () => {
    expect(names({ iad: 3, lhr: 1 })).toEqual(expect.arrayContaining(names({ iad: 2, lhr: 1 })));
    expect(names({ syd: 1, iad: 2, lhr: 1 })).toEqual(expect.arrayContaining(names({ iad: 2, lhr: 1 })));
    expect(names({ iad: 1 })).toEqual(["iad-0"]);
  });

  it("takes for primary the first region of the first group that serves http, else of the first", () => {
    const worker = { regions: { syd: 1 } };
    const web = { regions: { lhr: 1, iad: 1 }, http: { port: 80 } };
    expect(primaryRegionOf({ groups: { worker, web } })).toBe("lhr");
    expect(primaryRegionOf({ groups: { worker } })).toBe("syd");
    expect(primaryRegionOf({ groups: { worker, web }, primaryRegion: "iad" })).toBe("iad");
  });

  it("keeps by slot what Fly's minimum does not, and leaves the primary region to Fly", () => {
    const http = { port: 80, minRunning: { iad: 1, lhr: 2 } };
    const group = { regions: { iad: 2, lhr: 3 }, http };
    expect([...keptRunning(group, "iad")]).toEqual(["lhr-0", "lhr-1"]);
    expect([...keptRunning(group, "lhr")]).toEqual(["iad-0"]);
    expect(minRunningOf({ ...group, http: { port: 80 } }, "iad")).toEqual({ iad: 1 });
  });

  it("says a group in a line", () => {
    expect(summaryOf({ iad: 2, lhr: 2, syd: 1 }, "rolling")).toBe("5 machines in iad, lhr, syd, rolling");
    expect(summaryOf({ iad: 1 }, "rolling")).toBe("1 machine in iad, rolling");
  });
});
