import { hasAddress } from "../reach.ts";
import type { Reading } from "../reading.ts";
import { defineRule, each, type Finding } from "../rule.ts";
import { appsOf, certificatesOf, type Item, productionAppsOf, someOf, type View } from "../view.ts";

function* judgeCertificate({ read }: Item, view: View): Generator<Finding> {
  const own = read.at("fullchain");
  if (own.present) {
    yield { path: own.path, found: "is your own, which Fly does not renew", wanted: "Fly's own", priority: "P3" };
  }
  const app = read.at("app");
  // The addresses of an app that is made elsewhere are there, too.
  if (!someOf(appsOf(view), "name", app, () => true) || hasAddress(app, view, "v6")) return;
  yield {
    path: app.path,
    found: "has no IPv6 address, without which no certificate is issued",
    wanted: "an address of type v6",
  };
}

function* judgeDomain(domain: Reading, app: Reading, view: View): Generator<Finding> {
  const hostname = domain.text();
  const there = someOf(certificatesOf(view), "app", app, ({ read }) => read.at("hostname").text() === hostname);
  if (!there) yield { path: domain.path, found: "has no Certificate", wanted: "one for this name and app" };
}

export const domainCertificate = defineRule({
  id: "FLY-NET-08",
  slug: "domain-certificate",
  title: "Custom domains have a certificate that Fly can issue and renew",
  priority: "P2",
  why: "Fly proves the domain over IPv6: without such an address the certificate stays in validation; your own ends one day.",
  fix: {
    component: "leave addresses and certificates to the component: `domains` makes both",
    resource: "add an IpAddress of type v6 to the app, a Certificate for each domain, and let Fly issue it",
    flyctl: "`fly ips allocate-v6`, `fly certs add <domain>`, `fly certs check <domain>`",
  },
  url: "https://fly.io/docs/networking/custom-domain/",
  rows: ["B3"],
  level: "stack",
  subjects: (view): Item[] => [...certificatesOf(view), ...productionAppsOf(view)],
  *check(subject, { view }) {
    if (subject.resource.type.endsWith(":Certificate")) yield* judgeCertificate(subject, view);
    else {
      const app = subject.read.at("appName");
      yield* each(subject.read.at("domains").list(), (domain) => judgeDomain(domain, app, view));
    }
  },
});
