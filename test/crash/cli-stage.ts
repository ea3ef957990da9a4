import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Emulator, startEmulator } from "../../emulator/index.ts";
import type { WorldSnapshot } from "../../emulator/state.ts";
import { type Begun, type Ended, Workspace } from "../support/workspace.ts";
import { type Item, inventory } from "./inventory.ts";
import { configurationOf, type Operation, programOf } from "./operation.ts";
import { type Recording, readRecording } from "./recording.ts";
import { type Change, watch } from "./trap.ts";

const program = readFileSync(join(import.meta.dirname, "..", "..", "index.ts"), "utf8");

/** What the project consists of besides its program: Pulumi's state and the configuration. */
const kept = [".pulumi", "Pulumi.dev.yaml", "index.ts"];

/** Where an operation begins on the real CLI, and what a run of it without faults does. */
export interface CliScene {
  operation: Operation;
  world: WorldSnapshot;
  /** Folder with what the project then was. */
  files: string;
  before: Item[];
  changes: Change[];
  wanted: Item[];
  recording: Recording;
}

/** A copy of the flagship on which the real CLI runs, with its local Fly in this process. */
export class CliStage {
  readonly fly: Emulator;
  readonly shop: Workspace;
  readonly scenes: CliScene[] = [];

  private constructor(fly: Emulator, shop: Workspace) {
    this.fly = fly;
    this.shop = shop;
  }

  /** Runs the operations one after the other without faults, and keeps where each begins and what the CLI asked for. */
  static async open(operations: readonly Operation[], said: (text: string) => void = () => {}): Promise<CliStage> {
    const fly = await startEmulator();
    // The policy pack has no part in what is swept.
    const shop = await Workspace.of(".", undefined, { env: { PULUMI_OPTION_POLICY_PACK: "" } });
    const stage = new CliStage(fly, shop);
    try {
      stage.#announce();
      for (const operation of operations) {
        said(`the real CLI: ${operation.title}`);
        await stage.#rehearse(operation);
      }
      return stage;
    } catch (error) {
      await stage.close();
      throw error;
    }
  }

  /** Everything as it was when the operation began. */
  restore({ world, files }: CliScene): void {
    const { dir } = this.shop;
    for (const name of kept) {
      rmSync(join(dir, name), { recursive: true, force: true });
      cpSync(join(files, name), join(dir, name), { recursive: true });
    }
    this.fly.faults.clear();
    this.fly.world.restore(world);
  }

  /** Runs the operation's command. */
  run({ command }: Operation, env: Record<string, string> = {}, begun?: Begun): Promise<Ended> {
    return this.shop.pulumi([command, "--yes", "--skip-preview", "--suppress-progress"], env, undefined, begun);
  }

  /** Ends the local Fly and removes the folder. */
  async close(): Promise<void> {
    await this.fly.close();
    rmSync(this.shop.dir, { recursive: true, force: true });
  }

  async #rehearse(operation: Operation): Promise<void> {
    const { fly, shop } = this;
    const scene = { operation, world: fly.world.snapshot(), before: inventory(fly.world) };
    await this.#declare(operation, this.scenes.at(-1)?.operation);
    const files = join(shop.dir, "kept", String(this.scenes.length));
    for (const name of kept) {
      if (!existsSync(join(shop.dir, name))) continue;
      mkdirSync(files, { recursive: true });
      cpSync(join(shop.dir, name), join(files, name), { recursive: true });
    }
    const calls = join(shop.dir, "calls.jsonl");
    const watched = watch(fly);
    const since = fly.journal.entries().at(-1)?.seq ?? 0;
    const { code, output } = await this.run(operation, { PULUMI_DEBUG_GRPC: calls });
    const changes = watched();
    if (code !== 0) throw new Error(`${operation.title}: pulumi ended with ${code}:\n${output}`);
    const changed = fly.journal.entries(since).flatMap((entry) => (entry.mutating ? [entry.operation] : []));
    const recording = readRecording(calls, operation.command, changed);
    // It has secrets in clear.
    rmSync(calls);
    this.scenes.push({ ...scene, files, changes, wanted: inventory(fly.world), recording });
  }

  /** Lets the project be what the operation declares. */
  async #declare({ variant, sessionKey, command }: Operation, before: Operation | undefined): Promise<void> {
    const { shop } = this;
    shop.write("index.ts", programOf(program, variant));
    shop.edit("Pulumi.dev.yaml", (config) => configurationOf(config, variant));
    if (sessionKey !== before?.sessionKey) {
      const { code, output } = await shop.pulumi(["config", "set", "--secret", "sessionKey"], {}, sessionKey);
      if (code !== 0) throw new Error(`pulumi config set ended with ${code}:\n${output}`);
    }
    if (command === "destroy") await shop.ok("state", "unprotect", "--all", "--yes");
  }

  /** Says where the local Fly of the folder serves, as one does that was started for it. */
  #announce(): void {
    const { url, port, token, instance } = this.fly;
    const dir = join(this.shop.dir, ".airworthy");
    mkdirSync(dir, { mode: 0o700 });
    writeFileSync(join(dir, "local.json"), JSON.stringify({ pid: process.pid, port, url, token, instance }), {
      mode: 0o600,
    });
  }
}
