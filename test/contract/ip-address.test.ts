import { beforeAll, expect, test } from "vitest";
import { arm, control, journalEnd, send, withLocalFly } from "../support/local-fly.ts";

const local = withLocalFly();
const app = "door";

beforeAll(() => local.engine.create("App", "door", { name: app }));

const addresses = async () =>
  ((await send(local.fly, "GET", `/v1/apps/${app}/ip_assignments`)) as { ips: { ip: string }[] }).ips;

test("each kind of address is made once, read and taken away", async () => {
  const { engine } = local;
  for (const type of ["v6", "shared_v4", "private_v6", "v4"]) {
    const state = await engine.create("IpAddress", type, { app, type });
    expect(state.id).toBe(`${app}/${state.outputs["ip"]}`);
    expect((await engine.refresh(state))?.drift).toEqual({});
    await engine.remove(state);
    expect(await engine.refresh(state)).toBeUndefined();
  }
});

test("a lost create answer leaves one address, not two", async () => {
  const before = (await addresses()).length;
  await arm(local.fly, "IPAssignments_create", { kind: "lose-response" });
  await local.engine.create("IpAddress", "lost", { app, type: "v6" });
  expect((await addresses()).length).toBe(before + 1);
});

test("removing what is gone already is no error", async () => {
  const state = await local.engine.create("IpAddress", "twice", { app, type: "shared_v4" });
  await local.engine.remove(state);
  await local.engine.remove(state);
});

test("a refresh asks for the addresses of an app once", async () => {
  const { engine, fly } = local;
  const states = [
    await engine.create("IpAddress", "one", { app, type: "v6", region: "iad" }),
    await engine.create("IpAddress", "two", { app, type: "v6", region: "lhr" }),
  ];
  const since = await journalEnd(fly);
  await Promise.all(states.map((state) => engine.refresh(state)));
  const { entries } = (await control(fly, "GET", `journal?since=${since}`)) as { entries: object[] };
  expect(entries).toMatchObject([{ operation: "IPAssignments_list" }]);
});

test("an address that somebody took away is gone, and the next up gives another", async () => {
  const { engine, fly } = local;
  const state = await engine.create("IpAddress", "taken", { app, type: "v4" });
  await send(fly, "DELETE", `/v1/apps/${app}/ip_assignments/${state.outputs["ip"]}`);
  expect(await engine.refresh(state)).toBeUndefined();
  expect((await engine.create("IpAddress", "taken", { app, type: "v4" })).id).not.toBe(state.id);
});

test("a network on a public address is refused at check", async () => {
  await expect(local.engine.check("IpAddress", "bad", { app, type: "v6", network: "iso" })).rejects.toThrow(
    /^network: only an address of type private_v6/,
  );
});

test("an address that the app calls from is not taken for one it is called at", async () => {
  const { engine, fly } = local;
  await engine.create("App", "calling", { name: "calling" });
  await send(fly, "POST", "/v1/apps/calling/ip_assignments", { type: "egress_pair", region: "iad" });
  const state = await engine.create("IpAddress", "calling-v6", { app: "calling", type: "v6" });
  const { ips } = (await send(fly, "GET", "/v1/apps/calling/ip_assignments")) as {
    ips: { ip: string; egress: boolean }[];
  };
  expect(ips.find(({ ip }) => `calling/${ip}` === state.id)).toMatchObject({ egress: false });
});
