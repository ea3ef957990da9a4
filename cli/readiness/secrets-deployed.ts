import type { FlyMachine } from "../../fly/machine.ts";
import { type FlySecret, secretList } from "../../fly/secret.ts";
import { secretsDeployed as rule } from "../../policies/rules/secrets-deployed.ts";
import { eachApp, groupOf, isLasting, listed, machinesOf, missing } from "./app.ts";
import { type Check, fail, pass, skip, warn } from "./check.ts";

/**
 * Have all machines the secrets as they were set last? A secret reaches a machine with the machine's next version (Fly
 * docs, machines/api/machines-resource), so one that was set after a machine's version was made is not there yet.
 * Nothing at Fly says it outright; flyctl compares times too (internal/command/secrets/list.go).
 */
export const secretsDeployed: Check = {
  name: "Secrets Deployed",
  rule,
  judge: eachApp(async (app, fly) => {
    const [secrets, all] = await Promise.all([secretList(fly, app), machinesOf(fly, app)]);
    if (secrets === undefined) throw missing(app);
    const machines = all.filter(isLasting);
    if (secrets.length === 0) return skip(`${app} has no secrets`);
    if (machines.length === 0) return skip(`${app} has no machines`);
    const staged = secrets.filter((secret) => machines.some((machine) => isOlder(machine, secret)));
    if (staged.length > 0) {
      const groups = machines.filter((machine) => staged.some((secret) => isOlder(machine, secret))).map(groupOf);
      const names = listed(staged.map(({ name }) => name));
      return fail(
        `${app}: ${names} set but not deployed to ${listed(groups)}: \`fly secrets deploy\`, or \`pulumi up\``,
      );
    }
    if (secrets.some((secret) => changedAt(secret) === undefined)) {
      return warn(`${app}: Fly does not say when each secret was set`);
    }
    return pass(`${app}: ${secrets.length} of ${secrets.length} deployed`);
  }),
};

const changedAt = ({ updated_at }: FlySecret) => updated_at || undefined;

function isOlder(machine: FlyMachine, secret: FlySecret): boolean {
  const changed = Date.parse(changedAt(secret) ?? "");
  // Two services with two clocks say these; machines follow a secret within a second only by chance.
  return changed > versionMadeAt(machine) + 1000;
}

const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** When a machine's version was made: its id is a ULID, which begins with that moment. */
function versionMadeAt({ instance_id, created_at }: FlyMachine): number {
  const digits = [...instance_id.slice(0, 10).toUpperCase()].map((digit) => crockford.indexOf(digit));
  if (instance_id.length === 26 && !digits.includes(-1)) return digits.reduce((sum, digit) => sum * 32 + digit, 0);
  return Date.parse(created_at ?? "");
}
