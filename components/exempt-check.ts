import { ownerTerm, reasonTerm, resourceTerm, ruleTerm, type Term, untilTerm } from "../policies/exemption-term.ts";
import type { ExemptArgs } from "./arguments.ts";
import { knownKeys, type Report, show } from "./mistake.ts";

const known = {
  rule: true,
  resource: true,
  reason: true,
  owner: true,
  until: true,
} satisfies Record<keyof ExemptArgs, true>;

/** Reports what an exemption lacks. Whether there is such a rule, and whether it has ended, the policy pack says. */
export function exemptMistakes(report: Report, exempt: unknown): void {
  if (exempt === undefined) return;
  if (!Array.isArray(exempt)) {
    report(
      "exempt",
      `is ${show(exempt)}; give a list, such as [{ rule: "FLY-OBS-01", reason: "…", owner: "…", until: "…" }]`,
    );
    return;
  }
  const until = untilTerm(new Date());
  const terms: Record<keyof ExemptArgs, Term> = {
    rule: ruleTerm,
    resource: { ...resourceTerm, holds: (value) => value === undefined || resourceTerm.holds(value) },
    reason: reasonTerm,
    owner: ownerTerm,
    until: { ...until, wanted: `a day as text, ${until.wanted}` },
  };
  for (const [index, one] of exempt.entries()) {
    if (!knownKeys(report, `exempt[${index}]`, one, known)) continue;
    for (const [key, { holds, wanted }] of Object.entries(terms)) {
      const value = (one as Record<string, unknown>)[key];
      if (!holds(value)) report(`exempt[${index}].${key}`, `is ${show(value)}; give ${wanted}`);
    }
  }
}
