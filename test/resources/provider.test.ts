import { expect, test } from "vitest";
import { Provider } from "../../resources/provider.ts";
import { run } from "../components/program.ts";

test("an explicit provider holds groups where the stack's configuration holds them", async () => {
  const pins = '{"shop/web":5}';
  const make = () => new Provider("staging", { token: "planted" });
  const [held] = (await run(make, { config: { "airworthy:pins": pins } })).filter(({ name }) => name === "staging");
  expect(held?.inputs).toEqual({ token: "planted", pins });
  expect(held?.secrets).toEqual(["token"]);
  const [free] = (await run(make)).filter(({ name }) => name === "staging");
  expect(free?.inputs).toEqual({ token: "planted" });
});
