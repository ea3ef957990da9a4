import { expect, test } from "vitest";
import { type RefusalName, refusals } from "../../../emulator/errors.ts";
import { allCases, type Case } from "./behaviour.ts";

type Line = (typeof refusals)[RefusalName];

const cases = await allCases();

/** Runs with a line of the table as it is given, and puts it back. */
async function withLine<T>(name: RefusalName, line: () => Line, run: () => Promise<T>): Promise<T> {
  const before = Object.getOwnPropertyDescriptor(refusals, name) as PropertyDescriptor;
  Object.defineProperty(refusals, name, { get: line, configurable: true, enumerable: true });
  try {
    return await run();
  } finally {
    Object.defineProperty(refusals, name, before);
  }
}

/** The cases that meet each line of the table. All of them hold while nothing is inverted. */
async function casesByLine(): Promise<Map<RefusalName, Case[]>> {
  const met = new Map<RefusalName, Case[]>();
  for (const one of cases) {
    let run = one.run;
    for (const [name, line] of Object.entries(refusals) as [RefusalName, Line][]) {
      const inner = run;
      const note = () => {
        const before = met.get(name) ?? [];
        if (before.at(-1) !== one) met.set(name, [...before, one]);
        return line;
      };
      run = () => withLine(name, note, inner);
    }
    await run();
  }
  return met;
}

const isObserved = ({ evidence }: Line) => evidence === "observed" || evidence === "status assumed";

/** A line said otherwise: another status, and other words where Fly's own are known. */
function inversions(line: Line): Line[] {
  const isGraphql = "shape" in line && line.shape === "graphql";
  const status = isGraphql ? { ...line, code: "INVERTED" } : { ...line, status: line.status === 418 ? 417 : 418 };
  return (isObserved(line) ? [status, { ...line, text: "inverted" }] : [status]) as Line[];
}

const fails = (one: Case) =>
  one.run().then(
    () => false,
    () => true,
  );

/** Whether any of the cases notices. */
async function isNoticed(name: RefusalName, inverted: Line, by: readonly Case[]): Promise<boolean> {
  return withLine(
    name,
    () => inverted,
    async () => {
      for (const one of by) if (await fails(one)) return true;
      return false;
    },
  );
}

/** What somebody saw of Fly; the rest of the table is our guess, and most of it is no case's. */
const known = (Object.entries(refusals) as [RefusalName, Line][]).filter(([, line]) => line.evidence !== "assumed");

test("each line of the table of statuses and texts that is known of Fly is noticed by a case when it is inverted", async () => {
  const met = await casesByLine();
  const unnoticed: string[] = [];
  for (const [name, line] of known) {
    for (const inverted of inversions(line)) {
      if (await isNoticed(name, inverted, met.get(name) ?? [])) continue;
      unnoticed.push(`${name}: ${inverted.text === "inverted" ? "text" : "status"}`);
    }
  }
  console.log(`${known.length} of ${Object.keys(refusals).length} lines inverted, one at a time`);
  expect(unnoticed).toEqual([]);
  expect(known.length).toBeGreaterThanOrEqual(20);
}, 120_000);
