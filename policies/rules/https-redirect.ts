import type { Reading } from "../reading.ts";
import { defineRule, each } from "../rule.ts";
import { type Group, groupsOf, isFlycastOnly, isPrivate } from "../view.ts";

const handlersOf = (port: Reading) =>
  port
    .at("handlers")
    .list()
    .map((handler) => handler.text());

const plainHttpPorts = (group: Group) =>
  group.services().flatMap((service) =>
    service
      .at("ports")
      .list()
      .filter((port) => handlersOf(port).includes("http") && !handlersOf(port).includes("tls")),
  );

export const httpsRedirect = defineRule({
  id: "FLY-NET-01",
  slug: "https-redirect",
  title: "Plain HTTP is redirected to HTTPS",
  priority: "P1",
  why: "Without the redirect, sessions and passwords of those who come by http:// cross the network in clear.",
  fix: {
    component: "leave the ports to `http`, which redirects; `raw.services` must not undo it",
    resource: "set `forceHttps: true` on the port with the http handler",
    flyctl: "`force_https = true` under [http_service]",
  },
  url: "https://fly.io/docs/networking/services/",
  rows: ["B2"],
  level: "stack",
  subjects: groupsOf,
  *check(group, { view }) {
    yield* each(plainHttpPorts(group), function* (port) {
      const redirect = port.at("forceHttps");
      if (redirect.flag() === true) return;
      // Flycast speaks plain HTTP only, so a redirect would break its callers.
      if (isPrivate(group.app, view) || isFlycastOnly(group.app, view)) return;
      yield { path: redirect.path, found: redirect.present ? "is false" : "is not set", wanted: "true" };
    });
  },
});
