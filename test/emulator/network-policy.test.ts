import { expect, test } from "vitest";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

const policies = "/v1/apps/shop/network_policies";
const web = {
  name: "web",
  selector: { all: true },
  rules: [{ action: "allow", direction: "egress", ports: [{ protocol: "tcp", port: 443 }] }],
};

test("a policy is made, changed by its id, listed and deleted", async () => {
  await local.caller.app();
  const made = await local.caller.post(policies, web);
  expect(made).toMatchObject({ status: 200, body: web });
  const { id } = made.body;
  const changed = { ...web, id, selector: { metadata: { role: "web" } } };
  expect(await local.caller.post(policies, changed)).toMatchObject({ status: 200, body: changed });
  for (const path of [policies, `${policies}/`]) {
    expect((await local.caller.get(path)).body).toEqual([changed]);
  }
  expect((await local.caller.delete(`${policies}/${id}`)).status).toBe(204);
  expect((await local.caller.delete(`${policies}/${id}`)).status).toBe(404);
  expect((await local.caller.get(policies)).body).toEqual([]);
});

test.each([
  ["no name", { name: "" }],
  ["a rule that denies", { rules: [{ action: "deny", direction: "egress", ports: [] }] }],
  ["a direction that there is not", { rules: [{ action: "allow", direction: "up", ports: [] }] }],
  ["a port that there is not", { rules: [{ ...web.rules[0], ports: [{ protocol: "tcp", port: 65_536 }] }] }],
])("a policy with %s is 400 and not made", async (_, wrong) => {
  await local.caller.app();
  expect((await local.caller.post(policies, { ...web, ...wrong })).status).toBe(400);
  expect((await local.caller.get(policies)).body).toEqual([]);
});

test("an id that is another app's, or nobody's, is 404", async () => {
  await local.caller.app();
  const other = await local.caller.app("other");
  const { id } = (await local.caller.post(policies, web)).body;
  expect((await local.caller.post(`${other}/network_policies`, { ...web, id })).status).toBe(404);
  expect((await local.caller.delete(`${other}/network_policies/${id}`)).status).toBe(404);
  expect((await local.caller.post(policies, { ...web, id: "none" })).status).toBe(404);
});
