import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import { type Route, routes } from "../../emulator/routes.ts";
import { Caller } from "./local-fly.ts";
import { bytes, header, query, segment, spoilt } from "./property/arbitrary.ts";
import { budget } from "./property/budget.ts";
import { exchange } from "./property/exchange.ts";
import { everything, expectConsistent, expectFlyLike, expectOnDisk, nextMove } from "./property/invariant.ts";
import { type Furniture, furnish } from "./property/sample.ts";

let fly: Emulator;
beforeAll(async () => {
  fly = await startEmulator({ checksAnswers: true });
});
afterAll(() => fly.close());

/** What a path's parameter may stand for. */
function meant(path: readonly string[], parameter: string, { names }: Furniture): readonly string[] {
  const noun = parameter === "id" ? path.findLast((part) => part in names) : parameter;
  return names[noun ?? ""] ?? [parameter];
}

const partsOf = <T>(
  { path }: Route,
  made: Furniture,
  each: (meant: readonly string[]) => T,
  fixed: (part: string) => T,
) => path.map((part) => (part.startsWith("{") ? each(meant(path, part.slice(1, -1), made)) : fixed(part)));

const anyCall = (route: Route, made: Furniture) =>
  fc.record({
    segments: fc.tuple(...partsOf(route, made, segment, (part) => fc.constant(part))),
    query,
    header,
    token: fc.constantFrom(fly.token, fly.token, fly.token, fly.token, "junk"),
    nonce: fc.constantFrom(undefined, made.nonce, "0123456789ab"),
    body: bytes(made.bodies[route.operation] ?? {}),
  });

const named = routes.map((route) => [`${route.method} /${route.path.join("/")}`, route] as const);

test.each(named.filter(([, { method }]) => !["GET", "DELETE"].includes(method)))(
  "%s takes any one place of its body as nobody means it",
  async (_, route) => {
    fly.world.reset();
    const made = await furnish(new Caller(fly), fly.token);
    const parts = partsOf(
      route,
      made,
      ([first = ""]) => first,
      (part) => part,
    );
    const call = {
      method: route.method,
      path: `/${parts.join("/")}`,
      headers: { authorization: `Bearer ${fly.token}` },
    };
    for (const body of spoilt(made.bodies[route.operation] ?? {})) {
      const answer = await exchange(fly.url, { ...call, body: Buffer.from(JSON.stringify(body)) });
      expectFlyLike(answer, route.operation, route.handler !== "not-emulated");
    }
    expectConsistent(fly.world);
  },
  30_000,
);

test.each(named)(
  "%s gives anything an answer of Fly's, and a refusal changes nothing",
  async (_, route) => {
    fly.world.reset();
    const made = await furnish(new Caller(fly), fly.token);
    let taken = 0;
    const property = fc.asyncProperty(anyCall(route, made), async (call) => {
      const before = everything(fly.world);
      const stillUntil = nextMove(fly.world);
      const answer = await exchange(fly.url, {
        method: route.method,
        path: `/${call.segments.join("/")}${call.query === "" ? "" : `?${call.query}`}`,
        headers: {
          ...call.header,
          authorization: `Bearer ${call.token}`,
          ...(call.nonce === undefined ? {} : { "fly-machine-lease-nonce": call.nonce }),
        },
        body: call.body,
      });
      expectFlyLike(answer, route.operation, route.handler !== "not-emulated");
      if (answer.status < 300) taken++;
      if (answer.status >= 400 && route.method !== "GET" && fly.world.clock.now() < stillUntil) {
        expect(everything(fly.world)).toEqual(before);
      }
      fly.world.settle();
      expectConsistent(fly.world);
    });
    await fc.assert(property, budget(50));
    expectOnDisk(fly);
    // Who is always refused has shown nothing of what is behind the refusal.
    if (route.handler !== "not-emulated") expect(taken).toBeGreaterThan(0);
  },
  30_000,
);
