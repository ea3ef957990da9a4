import { isLogShipper } from "../image.ts";
import { isFlycastOnly, isPrivate } from "../reach.ts";
import { type Reading, readable } from "../reading.ts";
import { type Context, defineRule, type Finding, unlessAttested } from "../rule.ts";
import { perView, type View } from "../view.ts";
import { everyApp, runningOf, type Workload } from "../workload.ts";

const isShipper = ({ config }: Workload) => isLogShipper(config.at("image").text());

/** Log shippers, and what may be one because its image is not known yet. */
const shippersOf = perView((view) => runningOf(view).filter((one) => readable(() => isShipper(one)) !== false));

/** Whether the shipper takes the app's logs: all of the organisation's, if SUBJECT does not say `logs.<app>.…`. */
function ships({ config }: Workload, app: Reading): boolean {
  const [, asked = ">"] = (config.at("env.SUBJECT").text() ?? "logs.>").split(".");
  return asked === ">" || asked === "*" || asked === app.text();
}

function* judgeApp(app: Reading, context: Context): Generator<Finding> {
  const shippers = shippersOf(context.view);
  const does = (one: Workload) => isShipper(one) && ships(one, app);
  if (shippers.some((one) => readable(() => does(one)) === true) || context.attested(app)?.ended === false) return;
  // One that cannot be read may be the one.
  for (const one of shippers) does(one);
  yield* unlessAttested(app, context, {
    path: "log shipper",
    found: "for it is not in the program",
    wanted: "logs that are kept off Fly",
  });
}

function* judgeShipper(shipper: Workload, context: Context): Generator<Finding> {
  if (context.attested(shipper.app)?.ended === false) return;
  const { config, app } = shipper;
  const services = shipper.services();
  if (services.length > 0 && !isPrivate(app, context.view) && !isFlycastOnly(app, context.view)) {
    yield { path: config.at("services").path, found: "puts the log shipper on the internet", wanted: "no service" };
  }
  const checks = services.flatMap((service) => service.at("checks").list());
  if (checks.length > 0 || config.at("checks").entries().length > 0) return;
  const found = "is empty, so nobody sees the log shipper stall";
  yield { path: config.at("checks").path, found, wanted: "a check of its port 8686" };
}

/** A shipper is judged by itself: it serves all apps, and is to be mended once. */
const shippersAlone = (view: View) =>
  shippersOf(view)
    .filter((shipper) => readable(() => isShipper(shipper)))
    .map((shipper) => ({ ...shipper, shipper }));

export const logsShipped = defineRule({
  id: "FLY-OBS-01",
  slug: "logs-shipped",
  title: "Logs leave Fly, by a shipper that is itself checked",
  priority: "P2",
  why: "Fly keeps logs for days and shows them live: what a machine said before an incident is gone when somebody asks.",
  fix: {
    component:
      "add an app with a group of superfly/fly-log-shipper, without `http` and with a check, or attest where logs are",
    resource: "add a group of superfly/fly-log-shipper without services and with a check, or attest where the logs are",
    flyctl: "`fly launch --no-public-ips --image ghcr.io/superfly/fly-log-shipper:latest`",
  },
  url: "https://fly.io/docs/monitoring/exporting-logs/",
  attestable: true,
  rows: ["D1"],
  level: "stack",
  subjects: (view) => [...everyApp(view).map((one) => ({ ...one, shipper: undefined })), ...shippersAlone(view)],
  *check({ app, shipper }, context) {
    yield* shipper ? judgeShipper(shipper, context) : judgeApp(app, context);
  },
});
