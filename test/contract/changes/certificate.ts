import { selfSigned } from "../../support/pem.ts";
import type { Subject } from "./subject.ts";

const pem = selfSigned("*.example.com");

export const certificate: Subject = {
  type: "Certificate",
  base: async ({ app, send }) => {
    for (const type of ["v6", "shared_v4"]) await send("POST", `/v1/apps/${app}/ip_assignments`, { type });
    return { app, hostname: `${app}.example.com`, ...pem };
  },
  changed: {
    app: "another",
    hostname: "another.example.com",
    fullchain: pem.fullchain + selfSigned("ca.example.com").fullchain,
    privateKey: `The same key, written otherwise\n${pem.privateKey}`,
    waitUntilIssued: async ({ send, app }) => {
      await send("POST", "/_local/events", { kind: "dns", hostname: `${app}.example.com`, app, validated: true });
      return true;
    },
  },
  unsaid: ["waitUntilIssued"],
};
