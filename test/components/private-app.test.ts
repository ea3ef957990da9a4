import { describe, expect, it } from "vitest";
import { ProductionApp, type ProductionAppArgs } from "../../components/index.ts";
import { resolved, run } from "./program.ts";

const web = { regions: { iad: 2 }, http: { port: 8080 } };

async function made(args: Partial<ProductionAppArgs>) {
  let app: ProductionApp | undefined;
  const registered = await run(() => {
    app = new ProductionApp("jobs", { appName: "acme-jobs", image: "jobs@sha256:0", groups: { web }, ...args });
  });
  if (app === undefined) throw new Error("not registered");
  return { app, registered };
}

describe("a private app", () => {
  it("has a Flycast address, no public one, and says to the rules what it is", async () => {
    const { app, registered } = await made({ private: true });
    const children = registered.map(({ type, name }) => `${type.split(":").at(-1)} ${name}`);
    expect(children.sort()).toEqual([
      "App jobs",
      "IpAddress jobs-flycast",
      "ProcessGroup jobs-web",
      "ProductionApp jobs",
    ]);
    expect(registered.find(({ name }) => name === "jobs-flycast")?.inputs).toEqual({
      app: "acme-jobs",
      type: "private_v6",
    });
    expect(registered.find(({ type }) => type.endsWith(":App"))?.inputs).toEqual({ name: "acme-jobs", private: true });
    expect(await resolved(app.addresses)).toEqual(["fdaa:0:1::3"]);
  });

  it("serves plain HTTP on port 80 and nothing else", async () => {
    const { registered } = await made({ private: true });
    expect(registered.find(({ name }) => name === "jobs-web")?.inputs).toMatchObject({
      config: { services: [{ internalPort: 8080, ports: [{ port: 80, handlers: ["http"] }] }] },
    });
    expect(JSON.stringify(registered)).not.toMatch(/forceHttps|443/);
  });

  it("is reached by its Flycast name, or past the proxy by its group's, and by no other", async () => {
    const { app } = await made({ private: true, groups: { cron: { regions: { iad: 1 } }, web } });
    expect(await resolved(app.flycastUrl)).toBe("http://acme-jobs.flycast");
    expect(await resolved(app.internalUrl)).toBe("http://web.process.acme-jobs.internal:8080");
    expect(await resolved(app.url)).toBeUndefined();
  });

  it("without http is reached by nobody", async () => {
    const { app, registered } = await made({ private: true, groups: { cron: { regions: { iad: 1 } } } });
    expect(registered.some(({ type }) => type.endsWith(":IpAddress"))).toBe(false);
    for (const url of [app.url, app.flycastUrl, app.internalUrl]) expect(await resolved(url)).toBeUndefined();
  });
});

it("a public app has an internal name and no Flycast one", async () => {
  const { app } = await made({});
  expect(await resolved(app.internalUrl)).toBe("http://web.process.acme-jobs.internal:8080");
  expect(await resolved(app.flycastUrl)).toBeUndefined();
});
