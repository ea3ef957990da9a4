import { eachPort } from "../reach.ts";
import { defineRule, each } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

const old = /^(SSL|TLSv?1(\.[01])?$)/i;

export const modernTls = defineRule({
  id: "FLY-NET-03",
  slug: "modern-tls",
  title: "TLS is 1.2 or later, with a certificate that browsers trust",
  priority: "P2",
  why: "TLS 1.0 and 1.1 are broken and fail every audit; the self-signed fallback hides that the certificate is missing.",
  fix: {
    component: "take `tls_options` out of `raw.services`: Fly's defaults are modern",
    resource: "take `tls_options` out of `raw.services`: Fly's defaults are modern",
    flyctl: "take `tls_options` out of [http_service] or [[services.ports]]",
  },
  url: "https://fly.io/docs/networking/tls/",
  rows: ["B3"],
  level: "resource",
  subjects: workloadsOf,
  *check(workload) {
    yield* eachPort(workload, function* ({ port }) {
      const options = port.at("tlsOptions");
      yield* each(options.at("versions").list(), function* (version) {
        if (!old.test(version.text() ?? "")) return;
        yield { path: version.path, found: "is older than TLS 1.2", wanted: "TLSv1.2 and TLSv1.3 only" };
      });
      const selfSigned = options.at("defaultSelfSigned");
      if (selfSigned.flag() === true) yield { path: selfSigned.path, found: "is true", wanted: "false" };
    });
  },
});
