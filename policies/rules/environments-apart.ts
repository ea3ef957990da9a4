import { type Reading, readable } from "../reading.ts";
import { defineRule } from "../rule.ts";
import { appsOf, type Item, perView } from "../view.ts";

const notProduction = /-(staging|stage|stg|development|dev|testing|test|qa|preview)$/;
const production = /-(production|prod|live)$/;

const nameOf = ({ read }: Item) => readable(() => read.at("name").text()) ?? "";

/** Apps in production by what they are called without that. */
const productionsOf = perView((view) =>
  Map.groupBy(
    appsOf(view).filter((app) => !notProduction.test(nameOf(app))),
    (app) => nameOf(app).replace(production, ""),
  ),
);

/** Text that is written; what is not known yet is what the provider fills in for all that do not say. */
const written = (reading: Reading) => readable(() => reading.text()) ?? "";

/** Where an app is: those of one place reach each other over its private network. */
const placeOf = ({ read }: Item) => JSON.stringify([written(read.at("orgSlug")), written(read.at("network"))]);

export const environmentsApart = defineRule({
  id: "FLY-ORG-01",
  slug: "environments-apart",
  title: "Production has an organisation of its own, or a network",
  priority: "P3",
  why: "All apps of an organisation reach each other, and its tokens and members all of them: a test that goes wrong goes wrong in production.",
  fix: {
    component: "set `orgSlug` by environment, to an organisation that is for production alone",
    resource: "set `orgSlug` by environment, or a `network` for each; a changed one makes the app anew",
    flyctl: "`fly orgs create <project>-production`, `fly apps move <app> --org <slug>`",
  },
  url: "https://fly.io/docs/blueprints/staging-prod-isolation/",
  rows: ["F1"],
  level: "stack",
  subjects: appsOf,
  *check(app, { view }) {
    const [org, network] = [app.read.at("orgSlug"), app.read.at("network")];
    if (written(org) === "personal" && !network.present) {
      yield { path: org.path, found: "is personal, one person's", wanted: "an organisation that is for production" };
    }
    const name = nameOf(app);
    const base = name.replace(notProduction, "");
    const beside = productionsOf(view)
      .get(base)
      ?.find((other) => placeOf(other) === placeOf(app));
    if (base === name || beside === undefined) return;
    const wanted = "a network or an organisation of its own";
    yield { path: network.path, found: `is the one of ${beside.title} in production`, wanted };
  },
});
