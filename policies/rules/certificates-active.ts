import { defineCheckedRule } from "../rule.ts";

export const certificatesActive = defineCheckedRule({
  id: "FLY-NET-11",
  slug: "certificates-active",
  title: "Certificates are active and renew themselves",
  priority: "P1",
  why: "An expired certificate is an outage for every browser at once, and Fly renews only while DNS still leads to it.",
  fix: {
    component: "list the name in `domains`, and set the records that its status names",
    resource: "declare Certificate, and set the records that its status names",
    flyctl: "`fly certs check <hostname>` names the records that are missing",
  },
  url: "https://fly.io/docs/networking/custom-domain/",
  kind: "live",
  rows: ["B3"],
});
