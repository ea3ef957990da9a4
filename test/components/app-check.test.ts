import { output } from "@pulumi/pulumi/output.js";
import { describe, expect, it } from "vitest";
import { app, eachSays, type Loose, regions } from "./mistake.ts";

const served = { web: { regions, http: { port: 8080 } } };
const domains = (names: unknown, args: Loose = {}) => app({ groups: served, domains: names, ...args });

const cases: Record<string, [string[], string][]> = {
  "which app it is": [
    [app({ private: "yes" }), 'private is "yes"; give true or false'],
    [app({ orgSlug: "" }), "orgSlug is empty; give an organisation's slug, or leave it out"],
    [app({ app: "shop" }), 'app is "shop"; give an App of this program, or appName for a new app'],
    [app({ app: { name: "shop" } }), "app is an object that is no App; give an App of this program"],
    [app({ app: output("shop") }), "app is an output, not known when resources are counted; give an App"],
  ],
  domains: [
    [domains("shop.example.com"), 'domains is "shop.example.com"; give a list of host names'],
    [domains([""]), 'domains[0] is "", which is no host name; give one, such as "shop.example.com"'],
    [domains([1]), "domains[0] is 1, which is no host name; give one"],
    [domains([output("shop.example.com")]), "domains[0] is an output, not known when resources are counted, which"],
    [domains(["shop"]), 'domains[0] is "shop", which is no host name; give'],
    [domains(["shop_1.example.com"]), 'domains[0] is "shop_1.example.com", which is no host name; give'],
    [domains(["www.*.example.com"]), 'domains[0] is "www.*.example.com", which is no host name; give'],
    [domains([`${"a".repeat(64)}.example.com`]), `domains[0] is "${"a".repeat(59)}…, which is no host name; give`],
    [domains(["shop.example.com:443"]), 'domains[0] is "shop.example.com:443", which is no host name; give'],
    [
      domains(["https://shop.example.com/cart"]),
      'domains[0] is "https://shop.example.com/cart", which is a URL; give the host name alone, "shop.example.com"',
    ],
    [
      domains(["66.241.124.1"]),
      'domains[0] is "66.241.124.1", which is an IP address, for which Fly has no certificates',
    ],
    [domains(["2a09:8280:1::1"]), 'domains[0] is "2a09:8280:1::1", which is an IP address, for which'],
    [
      domains(["Shop.example.com"]),
      'domains[0] is "Shop.example.com", which is not spelt as DNS has it; give "shop.example.com"',
    ],
    [
      domains(["*.Example.com."]),
      'domains[0] is "*.Example.com.", which is not spelt as DNS has it; give "*.example.com"',
    ],
    [
      domains(["müller.example"]),
      'domains[0] is "müller.example", which is not spelt as DNS has it; give "xn--mller-kva.example"',
    ],
    [domains(["shop.fly.dev"]), 'domains[0] is "shop.fly.dev", which belongs to Fly, which answers under it by itself'],
    [
      domains(["shop.internal"]),
      'domains[0] is "shop.internal", which belongs to Fly, which answers under it by itself',
    ],
    [
      domains(["shop.example.com", "*.example.com", "shop.example.com"]),
      'domains[2] is "shop.example.com", which is domains[0] again; take one of them out',
    ],
    [app({ domains: ["shop.example.com"] }), "domains is given, but no group has http, so nobody would answer; give"],
    [
      domains(["shop.example.com"], { private: true }),
      "domains is given, but the app is private, so nobody would get through; take out one of the two",
    ],
  ],
  "the deploy token": [
    [app({ deployToken: true }), "deployToken is true; give an object with expiresIn, rotateAfter or rotationTriggers"],
    [app({ deployToken: { expires: "30d" } }), "deployToken.expires is not an argument; did you mean expiresIn?"],
    [app({ deployToken: { expiresIn: "30m" } }), 'deployToken.expiresIn is "30m"; give a duration from 1h to 7305d'],
    [app({ deployToken: { expiresIn: 90 } }), "deployToken.expiresIn is 90; give a duration such as"],
    [app({ deployToken: { rotateAfter: "often" } }), 'deployToken.rotateAfter is "often"; give a duration such as'],
    [
      app({ deployToken: { expiresIn: "30d", rotateAfter: "30d" } }),
      'deployToken.rotateAfter is "30d", not below expiresIn, "30d"; CI would have an expired token first',
    ],
    [
      app({ deployToken: { rotateAfter: "91d" } }),
      'deployToken.rotateAfter is "91d", not below expiresIn, "90d"; CI would have an expired token first',
    ],
    [
      app({ deployToken: { rotationTriggers: "ana" } }),
      'deployToken.rotationTriggers is "ana"; give a list, such as ["ana", "ben"]',
    ],
  ],
  transform: [
    [app({ transform: () => undefined }), "transform is () => undefined; give an object with app, secrets, ipAddress"],
    [
      app({ transform: { ipAdress: () => undefined } }),
      "transform.ipAdress is not an argument; did you mean ipAddress?",
    ],
    [
      app({ transform: { volume: { sizeGb: 20 } } }),
      'transform.volume is {"sizeGb":20}; give a function, such as ({ name }) => ({ args: { … } })',
    ],
  ],
};

eachSays(cases);

describe("no mistake", () => {
  it.each([
    ["an apex, a name below it and all names below it", domains(["example.com", "a.b.example.com", "*.example.com"])],
    ["a token with all defaults", app({ deployToken: {} })],
    ["triggers that are still to come", app({ deployToken: { rotationTriggers: output(["ana"]) } })],
    ["arguments that are undefined", app({ appName: undefined, app: undefined, transform: {} })],
  ])("is %s", (_, found) => expect(found).toEqual([]));
});
