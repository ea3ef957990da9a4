import { drillName, type Engine, remove, startNamed } from "./container-engine.ts";
import type { Session } from "./drill.ts";
import type { End, Subject } from "./subprocess.ts";

/** Starts an image with its port on a free one here. */
export async function startContainer(
  session: Session,
  engine: Engine,
  image: string,
  command: readonly string[],
  inside: number,
): Promise<Subject> {
  const name = drillName();
  // By its name, since the drill may be interrupted while the engine starts it.
  session.undo(`container ${name}`, () => remove(engine, "container", name));
  const published = inside === 0 ? [] : ["--publish", `127.0.0.1::${inside}`];
  await startNamed(engine, name, ...published, image, ...command);
  const said = inside === 0 ? "" : await engine.ok("look where the container serves", "port", name, String(inside));
  return {
    port: Number(said.split("\n")[0]?.split(":").at(-1) ?? 0),
    signal: async (signal) => void (await engine.run("kill", "--signal", signal, name)),
    ended: endOf(engine, name),
    clear: () => remove(engine, "container", name),
  };
}

async function endOf(engine: Engine, name: string): Promise<End> {
  const { code, out } = await engine.run("wait", name).catch(() => ({ code: 1, out: "" }));
  return { code: code === 0 ? Number(out.trim()) : null, signal: null };
}
