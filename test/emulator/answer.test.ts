import { expect, test } from "vitest";
import { answers, checkAnswer } from "../../emulator/answer-check.ts";
import { routes } from "../../emulator/routes.ts";
import { withLocalFly } from "./local-fly.ts";

const local = withLocalFly();

test("every operation that is emulated has a schema of its answer, and nothing else does", () => {
  const emulated = routes.filter(({ handler }) => handler !== "not-emulated").map(({ operation }) => operation);
  expect(Object.keys(answers).sort()).toEqual([...new Set(emulated)].sort());
});

test("an answer that Fly would not give is a 500 that names the operation and the place", async () => {
  const app = await local.caller.app();
  const { id } = await local.caller.volume(app);
  const volume = local.fly.world.volumes.get(id);
  if (volume !== undefined) volume.sizeGb = "ten" as unknown as number;
  const { status, body } = await local.caller.get(`${app}/volumes/${id}`);
  expect(status).toBe(500);
  expect(body.error).toMatch(/Volumes_show .*at size_gb/);
});

test.each([
  ["a wrong type", "Secret_delete", { status: 200, body: { version: "2", Version: 2 } }, /at version/],
  ["a field that is missing", "Secret_delete", { status: 200, body: { version: 2 } }, /at Version/],
  ["another status", "Volumes_create", { status: 201, body: {} }, /at status: 201/],
  ["a body where there is none", "Apps_delete", { status: 202, body: {} }, /at body/],
  ["a secret's value", "Secret_show", { status: 200, body: { value: "hunter2" } }, /Secret_show/],
])("%s is noticed", (_, operation, answer, text) => {
  expect(() => checkAnswer(operation, answer)).toThrow(text);
});

test("who is not a test pays nothing: answers are not checked unless somebody asks", async () => {
  const { startEmulator } = await import("../../emulator/index.ts");
  const fly = await startEmulator();
  fly.world.setPlatform({ indicator: 5 as unknown as string });
  const { status } = await fetch(`${fly.url}/status.json`);
  await fly.close();
  expect(status).toBe(200);
});
