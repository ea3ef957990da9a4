import { type Reading, readable } from "../reading.ts";
import { defineRule, each } from "../rule.ts";
import { attachmentsOf, certainlyOf, clustersOf, databaseUsersOf, type Item, secretsOf, type View } from "../view.ts";
import { primaryRegionOf, runningOf } from "../workload.ts";

const isMadeFrom = ({ resource }: Item, property: string, sources: ReadonlySet<string>) =>
  resource.madeFrom?.[property]?.some((urn) => sources.has(urn)) === true;

/**
 * Apps that the program gives the cluster to: by an attachment, or by a secret made from an output of the cluster or of
 * one of its users. An address that was written down by hand links nothing.
 */
function usersOf({ resource }: Item, view: View): Reading[] {
  const cluster = new Set([resource.urn]);
  const logins = databaseUsersOf(view).filter((user) => isMadeFrom(user, "cluster", cluster));
  const sources = new Set([...cluster, ...logins.map((user) => user.resource.urn)]);
  const links = [
    ...attachmentsOf(view).filter((attachment) => isMadeFrom(attachment, "cluster", cluster)),
    ...secretsOf(view).filter((secrets) => isMadeFrom(secrets, "values", sources)),
  ];
  const byName = new Map(links.map(({ read }) => [readable(() => read.at("app").text()) ?? read, read.at("app")]));
  return [...byName.values()];
}

/** A region's code, unless it is none and so might be anything. */
const codeOf = (region: string | undefined) => (/^[a-z]{3}$/.test(region ?? "") ? region : "another region");

export const postgresNearApp = defineRule({
  id: "FLY-PGS-05",
  slug: "postgres-near-app",
  title: "The database is where the app mainly is",
  priority: "P2",
  why: "Every query pays the way: from another continent a tenth of a second each, and a page asks several times.",
  fix: {
    component: "give `primaryRegion` and PostgresCluster's `region` the same code",
    resource: "make the cluster in the region of PRIMARY_REGION; one that has data is moved by a new one and an import",
    flyctl: "`fly mpg create --region <primary>`",
  },
  url: "https://fly.io/docs/mpg/",
  rows: ["C4"],
  level: "stack",
  subjects: clustersOf,
  *check(cluster, { view }) {
    yield* each(usersOf(cluster, view), function* (app) {
      const name = app.text() ?? "";
      const region = cluster.read.at("region");
      const primary = new Set(certainlyOf(runningOf(view), name).map(primaryRegionOf));
      if (primary.size === 0 || primary.has(region.text())) return;
      const found = `is ${codeOf(region.text())}, while app ${name} is mainly in ${[...primary].map(codeOf).join(", ")}`;
      yield { path: region.path, found, wanted: "the same region" };
    });
  },
});
