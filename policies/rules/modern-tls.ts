import { eachPort } from "../reach.ts";
import { type Reading, readable } from "../reading.ts";
import { defineRule, each, type Mend } from "../rule.ts";
import { workloadsOf } from "../workload.ts";

const old = /^(SSL|TLSv?1(\.[01])?$)/i;

/** The versions without the old ones; those that Fly takes where none are left. */
function withoutOld(versions: Reading): Mend {
  const texts = versions.list().flatMap((version) => version.text() ?? []);
  const modern = texts.filter((version) => !old.test(version));
  return { at: versions.path, to: modern.length > 0 ? modern : ["TLSv1.2", "TLSv1.3"] };
}

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
  remedy: "safe",
  subjects: workloadsOf,
  *check(workload) {
    yield* eachPort(workload, function* ({ port }) {
      const options = port.at("tlsOptions");
      const versions = options.at("versions");
      yield* each(versions.list(), function* (version) {
        if (!old.test(version.text() ?? "")) return;
        const mend = readable(() => withoutOld(versions));
        const wanted = "TLSv1.2 and TLSv1.3 only";
        yield { path: version.path, found: "is older than TLS 1.2", wanted, ...(mend && { mend }) };
      });
      const selfSigned = options.at("defaultSelfSigned");
      const { path } = selfSigned;
      if (selfSigned.flag() === true) yield { path, found: "is true", wanted: "false", mend: { at: path, to: false } };
    });
  },
});
