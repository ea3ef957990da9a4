import { expect, test } from "vitest";
import { recordsOf } from "../../provider/dns-record.ts";

const pending = (more: object = {}) => ({ hostname: "shop.example.com", status: "pending_validation", ...more });

test("records come in one order, whatever order Fly lists addresses in", () => {
  const records = (a: string[], aaaa: string[]) => recordsOf(pending({ dns_requirements: { a, aaaa } }));
  expect(records(["66.1.1.2", "66.1.1.1"], ["2a09::2", "2a09::1"])).toEqual(
    records(["66.1.1.1", "66.1.1.2"], ["2a09::1", "2a09::2"]),
  );
  expect(records(["66.1.1.1"], ["2a09::1"]).map(({ type }) => type)).toEqual(["A", "AAAA"]);
});

test("what Fly leaves out or writes as null is no record", () => {
  for (const dns_requirements of [undefined, null, { a: null, aaaa: null, acme_challenge: null, ownership: null }]) {
    expect(recordsOf(pending({ dns_requirements }))).toEqual([]);
  }
  const half = {
    acme_challenge: { name: "_acme-challenge.shop.example.com", target: "" },
    ownership: { app_value: "a" },
  };
  expect(recordsOf(pending({ dns_requirements: half }))).toEqual([]);
});

test("the TXT record is required as soon as one of the certificates waits for it", () => {
  const ownership = { name: "_fly-ownership.shop.example.com", app_value: "app-1" };
  const required = (more: object) => recordsOf(pending({ dns_requirements: { ownership }, ...more }))[0]?.required;
  expect(required({})).toBe(false);
  expect(required({ status: "pending_ownership" })).toBe(true);
  expect(
    required({
      certificates: [
        { source: "fly", status: "active" },
        { source: "custom", status: "pending_ownership" },
      ],
    }),
  ).toBe(true);
});
