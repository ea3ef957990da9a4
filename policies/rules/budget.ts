import { pricesAsOf } from "../../fly/prices.ts";
import { pricedOf } from "../cost.ts";
import { defineRule, each } from "../rule.ts";
import type { Subject, View } from "../view.ts";

/** The stack as one: a budget is for all of it together. */
function stackOf(view: View): Subject[] {
  const [first] = pricedOf(view);
  return first === undefined ? [] : [{ resource: first.item.resource, title: "the stack" }];
}

const dollars = (cents: number) => `$${(cents / 100).toFixed(2)}`;

export const budget = defineRule({
  id: "FLY-CST-01",
  slug: "budget",
  title: "The estimated month is within the budget",
  priority: "P2",
  why: "Fly has no budget and no alert for one: what a change costs is first seen on the invoice.",
  fix: {
    component: "give groups fewer machines or a smaller `size`, or raise `monthlyUsd` of [budget]",
    resource: "declare fewer or smaller machines, volumes and databases, or raise `monthlyUsd` of [budget]",
    flyctl: "`fly scale count`, `fly scale vm`, and the calculator at fly.io/calculator",
  },
  url: "https://fly.io/docs/about/cost-management/",
  rows: ["C3"],
  level: "stack",
  settings: {
    monthlyUsd: {
      type: "number",
      default: 0,
      minimum: 0,
      maximum: 10_000_000,
      description: "What a month may cost, in USD: `monthlyUsd` of [budget]. 0 is no budget.",
    },
  },
  subjects: stackOf,
  *check(_, { view, settings }) {
    if (settings.monthlyUsd === 0) return;
    const budget = Math.round(settings.monthlyUsd * 100);
    const sum = { most: 0, least: 0 };
    const byKind = new Map<string, number>();
    // What cannot be priced yet is said, and takes nothing from what the rest comes to.
    yield* each(pricedOf(view), ({ kind, month }) => {
      const { most, least } = month();
      sum.most += most;
      sum.least += least;
      byKind.set(kind, (byKind.get(kind) ?? 0) + most);
      return [];
    });
    if (sum.most <= budget) return;
    const parts = [...byKind].filter(([, cents]) => cents > 0).map(([kind, cents]) => `${kind} ${dollars(cents)}`);
    const idle = sum.least < sum.most ? `, or ${dollars(sum.least)} with all asleep that may be` : "";
    const found = `is ${dollars(budget)}, and a month comes to about ${dollars(sum.most)}${idle} (${parts.join(", ")}) at Fly's prices of ${pricesAsOf.date}`;
    // Fly advises to budget for machines that always run (about/cost-management); below that it may come right.
    const certain = sum.least > budget;
    yield { path: "budget.monthlyUsd", found, wanted: "at most that", ...(!certain && { priority: "P3" }) };
  },
});
