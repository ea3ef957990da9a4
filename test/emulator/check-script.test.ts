import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const config = { image: "nginx", checks: { alive: { type: "tcp", port: 80 } } };

async function checked() {
  const { path, id } = await local.caller.machine(await local.caller.app(), { config }, "started");
  await local.caller.pass(60_000);
  const script = (event: object) =>
    local.caller.event({ kind: "check", app: "shop", machine: id, check: "alive", ...event });
  const status = async () => (await local.caller.get(path)).body.checks[0].status;
  return { path, script, status };
}

test("a check goes critical, warning and passing as it was scripted, by the clock", async () => {
  const { script, status } = await checked();
  expect(await status()).toBe("passing");
  const steps = [
    { status: "critical", output: "503", afterMs: 60_000 },
    { status: "warning", afterMs: 120_000 },
    { status: "passing", afterMs: 180_000 },
  ];
  expect((await script({ script: steps })).status).toBe(200);
  const seen = [];
  for (let read = 0; read < 4; read++) seen.push(await status());
  // A poller meets each of them and waits for none.
  expect(seen).toEqual(["passing", "critical", "warning", "passing"]);
});

test("a script's end lasts, and a new version begins without it", async () => {
  const { path, script, status } = await checked();
  await script({ status: "critical" });
  await local.caller.pass(3_600_000);
  expect(await status()).toBe("critical");
  await local.caller.post(path, { config });
  await local.caller.get(`${path}/wait?state=started`);
  await local.caller.pass(60_000);
  expect(await status()).toBe("passing");
});

test("a check without status or script is refused", async () => {
  const { script } = await checked();
  expect((await script({})).status).toBe(400);
});
