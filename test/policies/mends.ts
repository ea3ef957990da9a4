/** What the one line of examples/violations that names a rule becomes once it is mended. */
interface Mend {
  readonly to: string;
  /** The file with that line. */
  readonly file: "index.ts" | "airworthy.toml";
  /** Rules that have nothing left to judge then. */
  readonly takesAlong?: readonly string[];
}

const line = (to: string, ...takesAlong: string[]): Mend => ({ to, file: "index.ts", takesAlong });

/** An attestation of today, since it ends. */
const attested = (rule: string): Mend => ({
  file: "airworthy.toml",
  to: `[[attestation]]
rule = "${rule}"
app = "airworthy-violations*"
where = "a place that was invented for this test"
by = "the test"
on = ${new Date().toISOString().slice(0, 10)}
`,
});

/** For each rule, how its line is mended. */
export const mends: Readonly<Record<string, Mend>> = {
  "FLY-AVL-01": line('slots: [{ name: "a", region: "iad" }, { name: "b", region: "lhr" }],'),
  "FLY-AVL-02": line('{ name: "b", region: "lhr" },'),
  "FLY-AVL-03": line('{ name: "b", region: "lhr" },'),
  "FLY-AVL-04": line("autostart: true,"),
  "FLY-AVL-05": line("minMachinesRunning: 1,"),
  "FLY-AVL-06": line(""),
  "FLY-AVL-07": line(""),
  "FLY-AVL-08": line(""),
  "FLY-CON-01": line("softLimit: 200,"),
  "FLY-CON-02": line('type: "requests",'),
  "FLY-CST-01": { file: "airworthy.toml", to: "monthlyUsd = 10000" },
  "FLY-CST-02": line('plan: "basic",'),
  "FLY-CST-03": line(""),
  "FLY-DEP-01": line('strategy: "rolling",'),
  "FLY-DEP-02": line('strategy: "rolling",'),
  "FLY-DEP-03": line("maxUnavailable: 1,"),
  "FLY-DEP-04": line("keepReleases: 2,"),
  "FLY-HLT-01": line(""),
  "FLY-HLT-02": line(""),
  "FLY-HLT-03": line('gracePeriod: "15s",'),
  "FLY-HLT-04": line("checks,"),
  "FLY-IMG-01": line("image: pinned,"),
  "FLY-IMG-02": line("image: pinned,"),
  "FLY-IMG-03": line("image: pinned,"),
  "FLY-NET-01": line('{ port: 80, handlers: ["http"], forceHttps: true },'),
  "FLY-NET-02": line('{ port: 443, handlers: ["tls", "http"] },'),
  "FLY-NET-03": line(""),
  "FLY-NET-04": line(""),
  "FLY-NET-05": line('type: "private_v6",'),
  "FLY-NET-06": line('{ port: 80, handlers: ["http"] },'),
  "FLY-NET-07": line('{ port: 8443, handlers: ["tls"] },'),
  "FLY-NET-08": line(""),
  "FLY-OBS-01": attested("FLY-OBS-01"),
  "FLY-OBS-02": attested("FLY-OBS-02"),
  "FLY-OBS-03": line('SENTRY_DSN: "https://key@sentry.example/1",'),
  "FLY-ORG-01": line(""),
  "FLY-ORG-02": attested("FLY-ORG-02"),
  "FLY-ORG-03": line(""),
  "FLY-PGS-01": line("image: pinned,", "FLY-PGS-02"),
  "FLY-PGS-02": line('{ name: "c", region: "iad", volume: "vol_of_node_c" },'),
  "FLY-PGS-03": line(""),
  "FLY-PGS-04": line("{ protect: true },"),
  "FLY-PGS-05": line('region: "iad",'),
  "FLY-SEC-01": line(""),
  "FLY-SEC-02": line('cmd: ["bin/web"],'),
  "FLY-SEC-03": line(""),
  "FLY-SEC-04": line("app: app.name,"),
  "FLY-SEC-05": line('expiresIn: "90d",'),
  "FLY-SEC-06": line(""),
  "FLY-SEC-07": line(""),
  "FLY-SHD-01": line('signal: "SIGTERM",'),
  "FLY-SHD-02": line('timeout: "30s",'),
  "FLY-SHD-03": line('init: { cmd: ["sh", "-c", "bin/migrate && exec bin/api"] },'),
  "FLY-SIZ-01": line(""),
  "FLY-SIZ-02": line("guest,"),
  "FLY-VOL-01": line(""),
  "FLY-VOL-02": line("snapshotRetention: 14,"),
  "FLY-VOL-03": line("{ protect: true },"),
  "FLY-VOL-04": line(""),
  "FLY-VOL-05": line('{ ...volume, name: "pg_data", region: "iad" },'),
  "FLY-VOL-06": line('mounts: [{ path: "/data" }],'),
  "FLY-VOL-07": attested("FLY-VOL-07"),
  "FLY-VOL-08": line(""),
};
