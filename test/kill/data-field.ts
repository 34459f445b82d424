import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as crypto from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { nodePorts } from "../../src/core/base/ports.js";
import { verifyStore } from "../../src/core/store/verify.js";
import { collectIn } from "../../src/core/workbench-trash.js";
import { knownKinds, openWorkbench, type Workbench } from "../../src/core/workbench.js";
import { LoamProcess, newFolder } from "../run/loam.js";

export const never = new AbortController().signal;

/** Files by path, as SHA-256. */
export type Tree = ReadonlyMap<string, string>;

/** How a process that may be killed went. */
export interface Blow {
  readonly killed: boolean;
  /** What it said to be done; undefined where it did not come so far. */
  readonly done: unknown;
  readonly code: number | null;
  readonly err: string;
}

const preload = path.join(import.meta.dirname, "at-write.cjs");
const policy = "models: {default: {approvers: 1, requester_counts: true}}\n";
const isTemporary = (name: string): boolean => /^\.[0-9a-f]{12}\.tmp$/.test(name);
const longAgo = new Date(Date.now() - 5 * 24 * 3600_000);

/** A folder in which data and models are worked on by processes that are killed, and what they said to be done. */
export class DataField {
  readonly folder = newFolder("loam-kill-data-");
  /** What versions of data and of models hold, by the id of the version. */
  readonly data = new Map<string, Tree>();
  readonly models = new Map<string, Tree>();
  readonly kills = new Map<string, number>();
  readonly random: () => number;
  readonly #seen = new Map<string, { ms: number; points: number }>();
  readonly #countFile = path.join(newFolder("loam-kill-count-"), "points");

  constructor(random: () => number) {
    this.random = random;
    const git = (...words: readonly string[]): unknown => execFileSync("git", words, { cwd: this.folder });
    git("init", "-q");
    git("config", "user.name", "Ada");
    git("config", "user.email", "ada@example.org");
    fs.writeFileSync(path.join(this.folder, "loam.yaml"), policy);
  }

  at(...parts: readonly string[]): string {
    return path.join(this.folder, ...parts);
  }

  chance(of: number): boolean {
    return this.random() < of;
  }

  pick<T>(all: readonly T[]): T {
    const one = all[Math.floor(this.random() * all.length)];
    assert.ok(one !== undefined, "there is something to pick from");
    return one;
  }

  /** Runs a verb to its end, and remembers how long that takes. */
  async whole(what: string, words: readonly string[], folder = this.folder): Promise<Blow> {
    const began = performance.now();
    fs.rmSync(this.#countFile, { force: true });
    const env = { NODE_OPTIONS: `--require=${preload}`, LOAM_KILL_COUNT: this.#countFile };
    const { code, out, err } = await new LoamProcess(folder, [...words, "--json"], { env }).ended;
    assert.equal(code, 0, `loam ${words.join(" ")}: ${out.toString()}\n${err}`);
    const points = Number(fs.readFileSync(this.#countFile, "utf8"));
    const known = this.#seen.get(what) ?? { ms: 0, points: 0 };
    const ms = performance.now() - began;
    this.#seen.set(what, { ms: Math.max(known.ms * 0.8, ms), points: Math.max(known.points, points) });
    return { killed: false, done: lastLine(out), code, err };
  }

  /** Runs a verb and kills it: at a random moment of the time that it takes, or at one of its writes. */
  async blow(what: string, words: readonly string[]): Promise<Blow> {
    const { ms, points } = this.#seen.get(what) ?? { ms: 500, points: 60 };
    const isAtWrite = this.chance(0.6);
    const env: Record<string, string> = isAtWrite
      ? {
          NODE_OPTIONS: `--require=${preload}`,
          LOAM_KILL_AT: String(1 + Math.floor(this.random() * points)),
          LOAM_KILL_WHEN: this.pick(["before", "torn", "after"]),
        }
      : {};
    const loam = new LoamProcess(this.folder, [...words, "--json"], { env });
    const limit = new AbortController();
    if (!isAtWrite) {
      const moment = ms * (0.2 + 0.85 * this.random());
      await Promise.race([
        sleep(moment, undefined, { signal: limit.signal }).catch(() => undefined),
        loam.ended,
      ]);
      limit.abort();
      if (!loam.over) loam.kill("SIGKILL", "group");
    }
    const { code, signal, out, err } = await loam.ended;
    const killed = signal === "SIGKILL";
    assert.ok(killed || code === 0, `loam ${words.join(" ")}: ${out.toString()}\n${err}`);
    if (killed) this.kills.set(what, (this.kills.get(what) ?? 0) + 1);
    return { killed, done: lastLine(out), code, err };
  }

  /** What `work` sees in the store, opened for it alone. */
  async look<T>(work: (bench: Workbench) => T | Promise<T>): Promise<T> {
    const bench = openWorkbench(this.folder, nodePorts, { create: true });
    try {
      return await work(bench);
    } finally {
      bench.dispose();
    }
  }

  /** What stands at a place, without what interrupted work left. */
  tree(place: string): Tree {
    return treeOf(this.at(place));
  }

  /** Everything that was said to be done holds, and nothing in the store is damaged. */
  async check(after: string): Promise<void> {
    await this.look(async (bench) => {
      const { datasets, registry, store } = bench;
      const versions = new Map(datasets.all().flatMap(({ history }) => history.map((one) => [one.id, one])));
      for (const [id, tree] of this.data) {
        const version = versions.get(id);
        assert.ok(version, `the version ${id} is gone: ${after}`);
        assert.deepEqual(held(bench, version.manifest), tree, after);
      }
      const known = registry.all().flatMap(({ id, history }) => history.map((one) => ({ id, one })));
      const registered = new Map(known.map(({ id, one }) => [one.id, registry.versionOf(id, one.id)]));
      for (const [id, tree] of this.models) {
        const version = registered.get(id);
        assert.ok(version?.artifact, `the model version ${id} is gone: ${after}`);
        assert.deepEqual(held(bench, version.artifact.manifest), tree, after);
      }
      const { problems } = await verifyStore(store, never, undefined, knownKinds);
      assert.deepEqual(
        problems.filter(({ severity }) => severity === "damage"),
        [],
        after,
      );
    });
  }

  /** Makes all that is in the store look old enough to be freed. */
  age(): void {
    for (const file of below(this.at(".loam")))
      if (isTemporary(path.basename(file)) || !file.includes(`${path.sep}ledger${path.sep}`))
        fs.utimesSync(file, longAgo, longAgo);
    const beside = fs.readdirSync(this.folder).map((name) => this.at(name));
    for (const file of [...below(this.at("many")), ...beside])
      if (isTemporary(path.basename(file))) fs.utimesSync(file, longAgo, longAgo);
  }

  /** Nothing that could be freed is left, nor anything of work that was cut off. */
  async checkFreed(after: string): Promise<void> {
    this.age();
    const left = await this.look((bench) => collectIn(bench, { dryRun: true }, never));
    assert.equal(left.keptObjects, undefined, after);
    assert.deepEqual([left.objects, left.manifests, left.leftOvers], [[], [], []], after);
    const temporary = [...below(this.at(".loam")), ...below(this.at("many"))].filter((file) =>
      isTemporary(path.basename(file)),
    );
    assert.deepEqual(temporary, [], after);
    for (const room of ["uploads", "adding", "purging"])
      assert.deepEqual(below(this.at(".loam", "local", room)), [], `local/${room}: ${after}`);
  }
}

export function treeOf(root: string): Tree {
  const files = fs.existsSync(root) && fs.statSync(root).isFile() ? [root] : below(root);
  return new Map(
    files
      .filter((file) => !isTemporary(path.basename(file)))
      .map(
        (file) =>
          [path.relative(root, file).replaceAll(path.sep, "/"), sha256(fs.readFileSync(file))] as const,
      )
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

export function below(folder: string): string[] {
  if (!fs.existsSync(folder)) return [];
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .flatMap((entry) => (entry.isFile() ? [path.join(entry.parentPath, entry.name)] : []));
}

export const sha256 = (bytes: Uint8Array): string => crypto.createHash("sha256").update(bytes).digest("hex");

/** The files of a manifest, each of which is in the store. */
export function held({ datasets, store }: Workbench, manifest: string): Tree {
  const files = [...datasets.contents.manifest({ manifest })];
  for (const { path: name, hash } of files)
    assert.ok(store.objects.has(hash), `the content of ${name} is gone`);
  return new Map(files.map((file) => [file.path, file.hash] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The last line of JSON that was said whole. */
function lastLine(out: Buffer): unknown {
  const text = out.toString();
  const line =
    text
      .slice(0, text.lastIndexOf("\n") + 1)
      .trimEnd()
      .split("\n")
      .at(-1) ?? "";
  return line === "" ? undefined : (JSON.parse(line) as unknown);
}
