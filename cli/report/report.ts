import { z } from "zod";

/** Where a finding is, in a file of the user's. */
export type Location = z.infer<typeof Location>;
const Location = z.object({
  file: z.string().meta({ description: "Relative to the folder that was judged, with `/`." }),
  line: z.int().min(1).meta({ description: "From 1." }),
});

const Exempted = z.object({
  reason: z.string(),
  owner: z.string(),
  until: z.string().meta({ description: "Last day on which it holds: `2027-03-01`." }),
});

/** A {@link FindingRecord} with its place; the compiler holds the two together where reports are made. */
const Finding = z.object({
  rule: z.string().meta({ description: "Id of the rule: `FLY-AVL-02`." }),
  slug: z.string(),
  priority: z.enum(["P1", "P2", "P3"]).meta({ description: "Of the finding, which may be lower than its rule's." }),
  level: z.enum(["mandatory", "advisory"]).meta({ description: "Whether it stops a preview." }),
  state: z
    .enum(["violated", "unjudged", "crashed", "exempted"])
    .meta({ description: "unjudged: something could not be read. crashed: a mistake in the rule." }),
  urn: z.string().meta({ description: "Of the resource, or what stands for it where none is declared." }),
  resource: z.string().meta({ description: "The resource's name in the program." }),
  subject: z.string().meta({ description: "What a message calls it: `group web of app shop`." }),
  path: z.exactOptional(z.string()).meta({ description: "The property, as a program spells it." }),
  message: z.string().meta({ description: "Begins with the rule's id." }),
  exempted: z.exactOptional(Exempted),
  location: z.exactOptional(Location),
});

const Check = z.object({
  name: z.string(),
  rule: z.exactOptional(z.string()).meta({ description: "Id of the rule that it judges." }),
  status: z.enum(["PASS", "FAIL", "WARN", "SKIP"]),
  told: z
    .exactOptional(z.boolean())
    .meta({ description: "False where the check could not tell; its status is FAIL then." }),
  detail: z.string().meta({ description: "One line for people." }),
});

const Region = z.object({
  code: z.string(),
  machines: z.int().min(0),
  running: z.exactOptional(z.int().min(0)),
});

/** What `airworthy check`, `airworthy audit` and `airworthy scan` found: what every format is made of. No property's value is in it. */
export const Report = z.object({
  version: z.literal(1).meta({ description: "Of the shape of this object." }),
  about: z.string().meta({ description: "What was judged, for people: `app shop at Fly.io`." }),
  source: z
    .enum(["program", "account", "fly.toml", "check", "code"])
    .meta({ description: "What it was judged by. check: the live check. code: the scan of the source." }),
  at: z.iso.datetime().meta({ description: "When." }),
  profile: z.string(),
  outcome: z.enum(["ready", "not ready", "could not tell"]),
  judged: z.array(z.string()).readonly().meta({
    description:
      "Ids of the rules that judged, besides those of the checks. Silence of a rule that is not here means nothing.",
  }),
  findings: z.array(Finding).readonly(),
  checks: z.array(Check).readonly(),
  regions: z
    .array(Region)
    .readonly()
    .meta({ description: "Machines by region, each region once; empty where the source does not show them." }),
});

export type Report = z.infer<typeof Report>;

/** Exit codes of the commands that report. */
export const exitCodes: Readonly<Record<Report["outcome"], number>> = { ready: 0, "not ready": 1, "could not tell": 2 };

/** JSON schema of what `--format json` prints: `report.schema.json` of the package. */
export function reportSchema(): object {
  const schema = z.toJSONSchema(Report, {
    target: "draft-7",
    override: ({ jsonSchema }) => {
      // Of the type's arrays; a file has no owner to keep it from.
      delete jsonSchema.readOnly;
    },
  });
  return { title: "Report of airworthy", ...schema };
}
