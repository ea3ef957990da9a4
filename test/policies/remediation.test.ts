import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Pack } from "../support/pack.ts";
import { group, service, volume } from "./fixture.ts";
import { leavesOf, secretOnTheWire, toWire, unknownOnTheWire } from "./wire.ts";

const until = new Date(Date.now() + 30 * 86_400_000).toISOString().slice(0, 10);

/** Three mistakes that are safe to mend and one that is not, beside a secret and an unknown. */
const declared = group({
  env: { TOLD: secretOnTheWire("s3cr3t"), LATER: unknownOnTheWire },
  services: [
    { ...service, autostart: false },
    { ...service, autostart: false, internalPort: unknownOnTheWire },
  ],
  stopConfig: { signal: "SIGKILL", timeout: secretOnTheWire("5s") },
});
const wire = toWire({ ...declared.props, deploy: null, slots: unknownOnTheWire });
/** As the engine sends it. */
const sloppy = { ...declared, props: wire };

let [everything, byName, nothing]: Pack[] = [];

beforeAll(async () => {
  const exemption = `[[exemption]]
rule = "FLY-AVL-04"
resource = "shop-*"
reason = "the site is woken by a job of our own"
owner = "ana"
until = ${until}
`;
  [everything, byName, nothing] = await Promise.all([
    Pack.reading("remediate = true\n"),
    Pack.reading(`remediate = ${JSON.stringify(["stop-signal", "autostop-with-autostart"])}\n${exemption}`),
    Pack.reading('profile = "strict"\n'),
  ]);
}, 60_000);

afterAll(async () => {
  await Promise.all([everything, byName, nothing].map((pack) => pack?.stop()));
});

/** What is different between two sets of properties, by path. */
function changes(before: unknown, after: unknown): Record<string, unknown> {
  const [was, is] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...Object.keys(was), ...Object.keys(is)])];
  return Object.fromEntries(paths.filter((path) => was[path] !== is[path]).map((path) => [path, is[path]]));
}

describe("with remediate = true", () => {
  test("each safe rule mends what it finds, one after another, and secrets and unknowns come back as they were", async () => {
    const remediations = await everything?.remediations(sloppy);
    expect(remediations?.map(({ policy, diagnostic }) => [policy, diagnostic])).toEqual([
      ["stop-timeout", ""],
      ["autostop-with-autostart", ""],
    ]);
    const after = remediations?.at(-1)?.properties;
    const [key = ""] = Object.keys(leavesOf({ a: secretOnTheWire("") })).filter((path) => path.endsWith(".value"));
    expect(changes(wire, after)).toEqual({
      [`config.stopConfig.timeout${key.slice(1)}`]: "30s",
      "config.services[0].autostart": true,
      "config.services[1].autostart": true,
    });
  });

  test("the rules have nothing more to say of what was mended, and nothing is mended twice", async () => {
    const after = (await everything?.remediations(sloppy))?.at(-1)?.properties ?? {};
    expect(await everything?.remediations({ ...sloppy, props: after })).toEqual([]);
    const found = (await everything?.resourceLines({ ...sloppy, props: after })) ?? [];
    expect(found.filter((line) => /stop-timeout|autostop-with-autostart/.test(line))).toEqual([]);
    // It changes how the app behaves, so somebody has to name it.
    expect(found.filter((line) => line.includes("stop-signal"))).toHaveLength(1);
  });

  test("what a remedy cannot mend stays at the level of its rule", async () => {
    const unknownTimeout = { ...wire, config: { ...(wire["config"] as object), stopConfig: unknownOnTheWire } };
    const [found] = ((await everything?.resourceLines({ ...sloppy, props: unknownTimeout })) ?? []).filter((line) =>
      line.includes("SHD-02"),
    );
    expect(found).toMatch(/^advisory stop-timeout .* could not be judged/);
  });

  test("a resource of another provider, and one with nothing wrong, are left alone", async () => {
    expect(await everything?.remediations({ ...volume(), props: toWire(volume().props) })).toEqual([]);
    expect(await everything?.remediations({ ...sloppy, type: "aws:s3:Bucket" })).toEqual([]);
  });
});

test("rules that are named mend, also those that have to be asked, and what is exempted is not touched", async () => {
  const remediations = await byName?.remediations(sloppy);
  expect(remediations?.map(({ policy }) => policy)).toEqual(["stop-signal"]);
  expect(changes(wire, remediations?.[0]?.properties)).toEqual({ "config.stopConfig.signal": "SIGTERM" });
});

test("what the component around it exempts is not touched either", async () => {
  const exempt = [{ rule: "FLY-AVL-04", reason: "the site is woken by a job of our own", owner: "ana", until }];
  const component = { ...sloppy, type: "airworthy:index:ProductionApp", name: "shop", urn: "urn:pulumi:d::t::c::shop" };
  await everything?.resourceLines({ ...component, props: { exempt } });
  const child = { ...sloppy, urn: "urn:pulumi:d::t::c$g::web", parent: component };
  const remediations = await everything?.remediations(child);
  expect(remediations?.map(({ policy }) => policy)).toEqual(["stop-timeout"]);
});

test("nothing is mended where no file says so", async () => {
  expect(await nothing?.remediations(sloppy)).toEqual([]);
});
