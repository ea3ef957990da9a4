import { expect, test } from "vitest";
import type { Value } from "../../../provider/value.ts";
import type { State } from "../../support/engine.ts";
import { flyctls, groupArgs } from "../../support/group.ts";
import { send, withLocalFly } from "../../support/local-fly.ts";

const local = withLocalFly();
let count = 0;

async function othersGroup(): Promise<{ app: string; id: string }> {
  const app = `refused-${++count}`;
  await local.engine.create("App", app, { name: app });
  const metadata = { ...flyctls("web").metadata, airworthy_stack: "till/prod", airworthy_group: "web" };
  const config = { image: "redis:7", metadata };
  const { id } = (await send(local.fly, "POST", `/v1/apps/${app}/machines`, { config })) as { id: string };
  return { app, id };
}

test("another stack's group, whether as a group or one of its machines, is refused with the way to go", async () => {
  const { app, id } = await othersGroup();
  const why = `machine ${id} belongs to group "web" of stack till/prod. Take it out there first with \`pulumi state delete\``;
  await expect(local.engine.read("ProcessGroup", "web", `${app}/web`)).rejects.toThrow(
    `import process group "web" of app "${app}": ${why}`,
  );
  await expect(local.engine.read("Machine", "one", `${app}/${id}`)).rejects.toThrow(
    `import machine "${id}" of app "${app}": ${why}`,
  );
});

test("one machine of this stack's own group is refused, with the group named", async () => {
  const { app } = await othersGroup();
  const own = await local.engine.create("ProcessGroup", "own", { ...groupArgs(app), name: "own" });
  const [id] = own.outputs["machineIds"] as string[];
  await expect(local.engine.read("Machine", "one", `${app}/${id}`)).rejects.toThrow(
    `it is one of group "own": import that as a ProcessGroup, ${app}/own`,
  );
});

test("what is not there is an error that says what is", async () => {
  const { app } = await othersGroup();
  const { engine } = local;
  await expect(engine.read("ProcessGroup", "w", `${app}/worker`)).rejects.toThrow(
    `import process group "worker" of app "${app}": it has no machines; the app's process groups are web`,
  );
  await expect(engine.read("ProcessGroup", "w", "no-such-app/web")).rejects.toThrow(/there is no such app/);
  await expect(engine.read("Machine", "m", `${app}/0123456789abcd`)).rejects.toThrow(/the app has no such machine/);
  await expect(engine.read("Machine", "m", "no-such-app/0123456789abcd")).rejects.toThrow(/there is no such app/);
});

test("what may be a secret is sealed in what is imported, and the rest can be read", async () => {
  const app = `refused-${++count}`;
  await local.engine.create("App", app, { name: app });
  const env = {
    ...{ LOG_LEVEL: "info", PRIMARY_REGION: "iad", SESSION_KEY: "planted-1", DB: "postgres://u:planted-2@db/x" },
    OPAQUE: "planted3planted3planted3planted3",
  };
  const files = [{ guest_path: "/a", raw_value: "cGxhbnRlZC00" }];
  const config = { image: "redis:7", env, files, metadata: flyctls("web").metadata };
  await send(local.fly, "POST", `/v1/apps/${app}/machines`, { config });
  const { inputs, outputs } = (await local.engine.read("ProcessGroup", "web", `${app}/web`)) as State;
  const sealed = (value: Value): Value =>
    value !== null && typeof value === "object"
      ? "4dabf18193072939515e22adb298388d" in value
        ? "sealed"
        : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, sealed(item)]))
      : value;
  const shown = JSON.stringify([sealed(inputs), sealed(outputs)]);
  expect(shown).not.toMatch(/planted|cGxhbnRlZC00/);
  expect(shown).toContain('"LOG_LEVEL":"info"');
  expect(shown).toContain('"PRIMARY_REGION":"iad"');
});
