import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { type Route, routes } from "../../emulator/routes.ts";
import { Caller } from "./local-fly.ts";
import { bytes, header, query, segment, spoilt } from "./property/arbitrary.ts";
import { budget } from "./property/budget.ts";
import { exchange, type Sent } from "./property/exchange.ts";
import { everything, expectConsistent, expectFlyLike, expectOnDisk, nextMove, remember } from "./property/invariant.ts";
import { type Furniture, furnish } from "./property/sample.ts";

let fly: Emulator;
let made: Furniture;
let asFurnished: () => Promise<void>;
beforeAll(async () => {
  fly = await startEmulator({ checksAnswers: true });
  made = await furnish(new Caller(fly), fly.token);
  asFurnished = remember(fly.world);
});
beforeEach(() => asFurnished());
afterAll(() => fly.close());

/** What a path's parameter may stand for. */
function meant(path: readonly string[], parameter: string): readonly string[] {
  const noun = parameter === "id" ? path.findLast((part) => part in made.names) : parameter;
  return made.names[noun ?? ""] ?? [parameter];
}

const partsOf = <T>({ path }: Route, each: (meant: readonly string[]) => T, fixed: (part: string) => T) =>
  path.map((part) => (part.startsWith("{") ? each(meant(path, part.slice(1, -1))) : fixed(part)));

const anyCall = (route: Route) =>
  fc.record({
    segments: fc.tuple(...partsOf(route, segment, (part) => fc.constant(part))),
    query,
    header,
    token: fc.constantFrom(fly.token, fly.token, fly.token, fly.token, "junk"),
    nonce: fc.constantFrom(undefined, made.nonce, "0123456789ab"),
    body: bytes(made.bodies[route.operation] ?? {}),
  });

/** Sends it, and holds the answer and what became of the world against what always holds. */
async function answered(route: Route, call: Sent): Promise<number> {
  const { world } = fly;
  world.settle();
  const before = everything(world);
  const stillUntil = nextMove(world);
  const answer = await exchange(fly.url, call);
  expectFlyLike(answer, route.operation, route.handler !== "not-emulated");
  const isStill = world.clock.now() < stillUntil;
  if (answer.status >= 400 && route.method !== "GET" && isStill) expect(everything(world)).toEqual(before);
  expectConsistent(world);
  return answer.status;
}

const named = routes.map((route) => [`${route.method} /${route.path.join("/")}`, route] as const);

test.each(named.filter(([, { method }]) => !["GET", "DELETE"].includes(method)))(
  "%s takes any one place of its body as nobody means it",
  async (_, route) => {
    const parts = partsOf(
      route,
      ([first = ""]) => first,
      (part) => part,
    );
    const call = {
      method: route.method,
      path: `/${parts.join("/")}`,
      headers: { authorization: `Bearer ${fly.token}` },
    };
    for (const body of spoilt(made.bodies[route.operation] ?? {})) {
      const status = await answered(route, { ...call, body: Buffer.from(JSON.stringify(body)) });
      // The next one meets the world as it was.
      if (status < 400) await asFurnished();
    }
  },
  30_000,
);

test.each(named)(
  "%s gives anything an answer of Fly's, and a refusal changes nothing",
  async (_, route) => {
    let taken = 0;
    const property = fc.asyncProperty(anyCall(route), async (call) => {
      const status = await answered(route, {
        method: route.method,
        path: `/${call.segments.join("/")}${call.query === "" ? "" : `?${call.query}`}`,
        headers: {
          ...call.header,
          authorization: `Bearer ${call.token}`,
          ...(call.nonce === undefined ? {} : { "fly-machine-lease-nonce": call.nonce }),
        },
        body: call.body,
      });
      if (status < 300) taken++;
    });
    await fc.assert(property, budget(50));
    expectOnDisk(fly);
    // Who is always refused has shown nothing of what is behind the refusal.
    if (route.handler !== "not-emulated") expect(taken).toBeGreaterThan(0);
  },
  30_000,
);
