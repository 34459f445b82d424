import assert from "node:assert/strict";
import * as path from "node:path";
import { Failure } from "../../../src/core/base/failure.js";
import type { FilePort } from "../../../src/core/base/ports.js";
import { filesBelow } from "../../../src/core/store/entity-walk.js";
import { openWorkbench, knownKinds, type Workbench } from "../../../src/core/workbench.js";
import { verifyStore } from "../../../src/core/store/verify.js";
import { memoryPorts, never } from "../store/bench-store.js";
import { Faults, FaultyFiles, type PlannedFault } from "../store/faulty-files.js";
import { memoryGround, type Ground } from "../store/history-ground.js";

/** Files below a folder by path, with what they hold. */
export type Tree = Readonly<Record<string, string>>;

/** A folder with data and a store on a disk in memory, and the processes that work there one after the other. */
export class DataWorld {
  readonly #ground: Ground;
  readonly #faults: Faults;
  readonly clean: FilePort;
  readonly folder: string;
  /** Hours by which the clock is ahead: what is old enough to be collected is so at once. */
  readonly #ahead: number;
  #processes = 0;
  #count = 0;

  constructor(plan: readonly PlannedFault[] = [], aheadHours = 0) {
    this.#ground = memoryGround();
    this.clean = this.#ground.clean;
    this.folder = path.join(this.#ground.root, "w");
    this.#faults = new Faults(plan);
    this.#ahead = aheadHours * 3600_000;
  }

  get points(): number {
    return this.#faults.points;
  }
  get happened(): string {
    return this.#faults.happened.join("; ");
  }

  #open(files: FilePort, folder = this.folder): Workbench {
    const now = (): number => Date.now() + this.#ahead + this.#count++;
    const ports = memoryPorts(`process ${this.#processes}`, now, files);
    return openWorkbench(folder, ports, {
      create: true,
      root: path.join(folder, ".loam"),
      author: "tester",
    });
  }

  /** A process that works without faults, in this folder or in another one of the same disk. */
  async read<T>(work: (bench: Workbench) => Promise<T> | T, folder = this.folder): Promise<T> {
    const files = this.#ground.process(++this.#processes);
    const bench = this.#open(files, folder);
    try {
      return await work(bench);
    } finally {
      bench.dispose();
    }
  }

  /** A process that may fail or end in the middle. What it threw, or what it said was done. */
  async try<T>(
    work: (bench: Workbench) => Promise<T> | T,
  ): Promise<{ readonly done: T } | { readonly failed: unknown }> {
    const files = new FaultyFiles(this.#ground.process(++this.#processes), this.#faults);
    let bench: Workbench | undefined;
    try {
      bench = this.#open(files);
      return { done: await work(bench) };
    } catch (error) {
      const told = error instanceof Failure && error.code !== "internal";
      if (!told && !files.crashed) throw error;
      return { failed: error };
    } finally {
      try {
        bench?.dispose();
      } catch {
        // the process is gone, or the disk refuses what it has left to say
      }
    }
  }

  write(name: string, content: string): void {
    const file = path.join(this.folder, name);
    this.clean.makeFolder(path.dirname(file));
    if (this.clean.stat(file)) this.clean.remove(file);
    const fd = this.clean.openNew(file);
    this.clean.write(fd, Buffer.from(content));
    this.clean.close(fd);
  }

  /** What stands below a path, without what interrupted work left. */
  tree(name: string): Tree {
    const root = path.join(this.folder, name);
    const entries = [...filesBelow(this.clean, root)].flatMap(({ parts, file }) =>
      /^\.[0-9a-f]{12}\.tmp$/.test(parts.find((part) => part.startsWith(".")) ?? "")
        ? []
        : [[parts.join("/"), this.clean.readAll(file)?.toString() ?? ""] as const],
    );
    return Object.fromEntries(entries);
  }

  /** Every version that is there comes back as it was, and nothing is damaged. */
  async check(versions: ReadonlyMap<string, Tree>): Promise<void> {
    await this.read(async (bench) => {
      for (const [id, tree] of versions) {
        const version = bench.datasets
          .all()
          .flatMap((one) => one.history)
          .find((one) => one.id === id);
        assert.ok(version, `version ${id} is gone after ${this.happened}`);
        assert.deepEqual(contentOf(bench, version.manifest), tree, this.happened);
      }
      const { problems } = await verifyStore(bench.store, never, undefined, knownKinds);
      const damage = problems.filter((one) => one.severity === "damage" && !one.file.includes(".tmp"));
      assert.deepEqual(damage, [], this.happened);
    });
  }
}

/** Files of a manifest, read from the store. */
export function contentOf({ datasets }: Workbench, manifest: string): Tree {
  const files = [...datasets.contents.manifest({ manifest })];
  return Object.fromEntries(
    files.map((file) => [
      file.path,
      Buffer.concat([...datasets.contents.slices(file.hash)].map((part) => Buffer.from(part))).toString(),
    ]),
  );
}
