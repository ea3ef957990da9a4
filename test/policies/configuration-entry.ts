const sound = {
  rule: '"FLY-OBS-02"',
  app: '"shop"',
  where: '"Grafana of the team, folder shop"',
  by: '"ana"',
  on: "2026-11-01",
};
/** A table of a list in airworthy.toml: fields as TOML spells them, those that are undefined left out. */
const table = (head: string, fields: Record<string, string | undefined>) =>
  [
    `[[${head}]]`,
    ...Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map((line) => line.join(" = ")),
  ].join("\n");
/** An attestation with nothing wrong, changed as told. */
export const attestation = (changes: Record<string, string | undefined> = {}) =>
  table("attestation", { ...sound, ...changes });
const excuse = {
  rule: '"FLY-OBS-01"',
  resource: '"shop*"',
  reason: '"Logs move to Loki with the next release"',
  owner: '"ana"',
  until: "2027-02-01",
};
/** An exemption with nothing wrong on 2026-11-23, changed as told. */
export const exemption = (changes: Record<string, string | undefined> = {}) =>
  table("exemption", { ...excuse, ...changes });
