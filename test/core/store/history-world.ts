import assert from "node:assert/strict";
import * as path from "node:path";
import type { FilePort } from "../../../src/core/base/ports.js";
import { Failure, toFailure } from "../../../src/core/base/failure.js";
import { said } from "../../../src/core/base/said.js";
import { AppendFile } from "../../../src/core/store/append.js";
import { canonicalJson } from "../../../src/core/store/canonical.js";
import { collectGarbage } from "../../../src/core/store/gc.js";
import { joinStores } from "../../../src/core/store/join.js";
import { entityKey, Layout, type EntityRef } from "../../../src/core/store/layout.js";
import { purgeSecret } from "../../../src/core/store/purge.js";
import { emptyTrash } from "../../../src/core/store/trash.js";
import { runDocument } from "../../../src/core/tracking/run-document.js";
import { isHolder } from "../../../src/core/tracking/runs.js";
import type { RunRecorder } from "../../../src/core/tracking/recorder.js";
import {
  bytesOf,
  closeSide,
  damageIn,
  knownKinds,
  memoryPorts,
  never,
  openSide,
  type Side,
} from "./bench-store.js";
import { Faults, FaultyFiles, type PlannedFault } from "./faulty-files.js";
import type { Op, SideName } from "./history-ops.js";
import {
  allContent,
  contentOf,
  documentOf,
  foldedState,
  ledgerNames,
  plain,
  type StoreContent,
} from "./history-state.js";
import { memoryGround, type Ground } from "./history-ground.js";

/** What was acknowledged on one side and so must be there for ever, unless it is purged. */
interface Acknowledged {
  readonly content: StoreContent;
  readonly ledger: Set<string>;
  readonly objects: Map<string, string>;
}

/** Two stores on one disk, the processes that use them, and what these were told was kept. */
export class World {
  readonly #ground: Ground;
  /** The disk as it is, without faults. */
  readonly #clean: FilePort;
  readonly #roots: Readonly<Record<SideName, string>>;
  readonly #faults: Faults;
  readonly #acknowledged: Readonly<Record<SideName, Acknowledged>> = { a: nothing(), b: nothing() };
  readonly #runs: string[] = [];
  readonly #began = Date.now();
  #files: FaultyFiles;
  #sides: Partial<Record<SideName, Side>> = {};
  #hours = 0;
  #count = 0;
  #processes = 0;

  constructor(plan: readonly PlannedFault[], ground: Ground = memoryGround()) {
    this.#ground = ground;
    this.#clean = ground.clean;
    this.#roots = { a: path.join(ground.root, "a", ".loam"), b: path.join(ground.root, "b", ".loam") };
    this.#faults = new Faults(plan);
    this.#files = this.#begin();
  }

  get happened(): readonly string[] {
    return this.#faults.happened;
  }
  get points(): number {
    return this.#faults.points;
  }

  #begin(): FaultyFiles {
    this.#files = new FaultyFiles(this.#ground.process(++this.#processes), this.#faults);
    this.#sides = {};
    return this.#files;
  }

  #side(name: SideName): Side {
    const ports = memoryPorts(`${name} ${this.#processes}`, () => this.#now(), this.#files);
    return (this.#sides[name] ??= openSide(this.#roots[name], ports));
  }

  #now(): number {
    return this.#began + this.#hours * 3600_000 + this.#count++;
  }

  /** Does one thing; what may fail, fails as a person would see it. After a crash everything begins anew. */
  async do(op: Op): Promise<void> {
    try {
      await this.#apply(op);
    } catch (error) {
      if (!this.#files.crashed && !(error instanceof Failure && error.code !== "internal")) throw error;
    }
    if (this.#files.crashed) {
      for (const side of Object.values(this.#sides)) quietly(() => closeSide(side));
      this.#begin();
    } else this.#memoryAgrees(op.side);
  }

  /** A recorder holds in memory what anybody reads from the files, but for a torn point that the next one finishes. */
  #memoryAgrees(name: SideName): void {
    const side = this.#sides[name];
    if (!side || side.tracking.runs.recorders.length === 0) return;
    this.#read(name, (reader) => {
      for (const { id, state } of side.tracking.runs.recorders) {
        if (!side.store.writer({ room: "runs", id }).whole) continue;
        assert.deepEqual(plain(runDocument(state, "active")), documentOf(this.#clean, reader, id));
      }
    });
  }

  /** Looks at a side without faults. */
  #read<T>(name: SideName, look: (side: Side) => T): T {
    const side = openSide(
      this.#roots[name],
      memoryPorts("reader", () => this.#began + 1, this.#clean),
    );
    try {
      return look(side);
    } finally {
      closeSide(side);
    }
  }

  async #apply(op: Op): Promise<void> {
    if (op.op === "clock") {
      this.#hours = op.hours;
      return;
    }
    if (op.op === "restart") {
      for (const side of Object.values(this.#sides)) quietly(() => closeSide(side));
      this.#begin();
      return;
    }
    const side = this.#side(op.side);
    await this.#change(op, side);
  }

  async #change(op: Exclude<Op, { op: "clock" | "restart" }>, side: Side): Promise<void> {
    const { runs, experiments, models, traces, artifacts } = side.tracking;
    const acknowledged = this.#acknowledged[op.side];
    switch (op.op) {
      case "experiment": {
        const { id } = experiments.ensure(op.name);
        assert.equal(experiments.find(id)?.stage, "active");
        if (op.then === "rename") experiments.rename(id, `${op.name} ${this.#count}`);
        else if (op.then !== "keep") experiments.setStage(id, op.then === "delete" ? "deleted" : "active");
        return this.#noteLedger(op.side);
      }
      case "run": {
        const experiment = op.experiment === null ? "0" : experiments.ensure(op.experiment).id;
        this.#noteLedger(op.side);
        const recorder = runs.create({ experiment, name: "r", start: 1 });
        this.#runs.push(recorder.id);
        return this.#noteEntity(op.side, { room: "runs", id: recorder.id });
      }
      case "log": {
        const recorder = this.#recorder(side, op.run);
        recorder.log({
          params: op.params.map(([key, value]) => ({ key, value })),
          tags: op.tags.map(([key, value]) => ({ key, value })),
          metrics: op.metrics.map(([key, step]) => ({ key, step, time: ++this.#count, value: this.#count })),
        });
        for (const [key, value] of op.params) assert.equal(recorder.state.param(key), value);
        for (const [key, value] of new Map(op.tags)) assert.equal(recorder.state.tag(key), value);
        return this.#noteEntity(op.side, { room: "runs", id: recorder.id });
      }
      case "untag":
      case "end": {
        const recorder = this.#recorder(side, op.run);
        if (op.op === "untag") recorder.deleteTag(op.key);
        else recorder.setStatus("FINISHED", op.at);
        return this.#noteEntity(op.side, { room: "runs", id: recorder.id });
      }
      case "console": {
        const recorder = this.#recorder(side, op.run);
        const folder = side.store.layout.entity({ room: "runs", id: recorder.id });
        return this.#print(`${folder}/console.log`, op.text);
      }
      case "put":
      case "unput": {
        const ref = { room: "runs" as const, id: this.#recorder(side, op.run).id };
        if (op.op === "put") await artifacts.put(ref, op.path, bytesOf(op.content));
        else artifacts.remove(ref, op.path);
        return this.#noteEntity(op.side, ref);
      }
      case "object": {
        const hash = side.store.objects.put(Buffer.from(op.content));
        side.store.objects.flush();
        acknowledged.objects.set(hash, op.content);
        return;
      }
      case "model": {
        const recorder = models.create({ experiment: "0", name: "m" });
        recorder.addParams([...new Map(op.params)].map(([key, value]) => ({ key, value })));
        return this.#noteEntity(op.side, { room: "logged", id: recorder.state.id });
      }
      case "trace":
        traces.save(op.id, "0", { at: this.#count });
        return this.#noteEntity(op.side, { room: "traces", id: op.id });
      case "trash":
        return this.#trash(op.side, side, op.run);
      case "secret":
        return this.#secret(op, side);
      case "gc":
        await collectGarbage(side.store, knownKinds, { dryRun: false }, never);
        return;
      case "join":
        return this.#join(op.side);
    }
  }

  #print(file: string, text: string): void {
    let handle: AppendFile;
    try {
      handle = new AppendFile(this.#files, file);
    } catch (error) {
      throw toFailure(error, said`Cannot open the console`);
    }
    const { error } = handle.append(Buffer.from(text));
    if (!this.#files.crashed) handle.close();
    if (error !== undefined) throw toFailure(error, said`Cannot write the console`);
  }

  #recorder(side: Side, index: number): RunRecorder {
    const id = this.#runs[index % Math.max(1, this.#runs.length)] ?? "none";
    const owner = side.tracking.runs.own(id);
    assert.ok(!isHolder(owner), "no other process is alive");
    return owner;
  }

  async #trash(name: SideName, side: Side, index: number): Promise<void> {
    const recorder = this.#recorder(side, index);
    recorder.setStage("deleted");
    side.tracking.runs.release(recorder.id);
    const ref = { room: "runs" as const, id: recorder.id };
    const { freed } = await emptyTrash(side.store, [ref], () => true, knownKinds, never);
    if (freed.length > 0) assert.equal(this.#clean.stat(side.store.layout.entity(ref)), undefined);
    this.#noteLedger(name);
  }

  async #secret(op: Extract<Op, { op: "secret" }>, side: Side): Promise<void> {
    const { id } = this.#recorder(side, op.run);
    side.tracking.runs.release(id);
    const ref = { room: "runs" as const, id };
    if (op.what === "console") await purgeSecret(side.store, { what: "console", ref }, never);
    else {
      const matches = (fact: { readonly kind: string; readonly [field: string]: unknown }): boolean =>
        fact.kind === "param.logged" && fact["key"] === op.key;
      await purgeSecret(side.store, { what: "fact", ref, matches, field: "value" }, never);
    }
    this.#noteLedger(op.side);
  }

  async #join(to: SideName): Promise<void> {
    const from = to === "a" ? "b" : "a";
    this.#side(from);
    const side = this.#side(to);
    side.tracking.runs.releaseAll();
    side.tracking.models.releaseAll();
    const report = await joinStores(side.store, this.#roots[from], never);
    assert.deepEqual(report.left, []);
    const [theirs, ours] = [this.#acknowledged[from], this.#acknowledged[to]];
    for (const name of theirs.ledger) ours.ledger.add(name);
    for (const [hash, content] of theirs.objects) ours.objects.set(hash, content);
    for (const [key, content] of theirs.content) {
      const known = ours.content.get(key);
      if (!known)
        ours.content.set(key, { ...content, facts: new Map(content.facts), points: new Map(content.points) });
      else {
        for (const fact of content.facts) known.facts.set(...fact);
        for (const point of content.points) known.points.set(...point);
      }
    }
  }

  /** Whoever did the last thing to an entity was told that it is kept: so must be all that its files hold now. */
  #noteEntity(name: SideName, ref: EntityRef): void {
    const content = this.#read(name, ({ store }) => contentOf(this.#clean, store.layout, ref, store.purged));
    this.#acknowledged[name].content.set(entityKey(ref), content);
  }

  #noteLedger(name: SideName): void {
    const layout = new Layout(this.#roots[name]);
    for (const fact of ledgerNames(this.#clean, layout)) this.#acknowledged[name].ledger.add(fact);
  }

  /** Begins anew without faults: nothing acknowledged is missing, nothing reads as damaged. */
  async check(): Promise<void> {
    this.#faults.stop();
    for (const side of Object.values(this.#sides)) quietly(() => closeSide(side));
    this.#begin();
    for (const name of ["a", "b"] as const) {
      const side = this.#side(name);
      assert.deepEqual(await damageIn(side.store), []);
      this.#checkKept(name, side);
      closeSide(side);
    }
    this.#sides = {};
    assert.equal(this.#ground.handles(), 0, "every handle was closed");
  }

  #checkKept(name: SideName, side: Side): void {
    const { layout, purged, objects } = side.store;
    const kept = this.#acknowledged[name];
    const found = allContent(this.#clean, layout, purged);
    const names = ledgerNames(this.#clean, layout);
    for (const fact of kept.ledger) assert.ok(names.has(fact), `the ledger lost ${fact}`);
    for (const [hash, content] of kept.objects) assert.equal(objects.get(hash).toString(), content);
    for (const [key, content] of kept.content) {
      const [room, id = ""] = key.split("/");
      const ref = { room, id } as EntityRef;
      if (purged.isPurged(ref)) continue;
      const now = found.get(key);
      for (const [fact, text] of content.facts) {
        const masked = purged.masks(ref)?.has(fact) === true;
        assert.ok(masked || now?.facts.get(fact) === text, `${key} lost the fact ${text}`);
      }
      for (const [point, times] of content.points)
        assert.equal(now?.points.get(point), times, `${key} lost a point`);
      for (const times of now?.points.values() ?? []) assert.equal(times, 1, "a point stands there twice");
    }
  }

  /** Joins the sides in both directions: they show one state, and joining again changes nothing. */
  async converge(first: SideName): Promise<void> {
    const second = first === "a" ? "b" : "a";
    this.#side("a");
    this.#side("b");
    await this.#join(first);
    await this.#join(second);
    await this.#join(first);
    const stateOf = (name: SideName): unknown => this.#read(name, (side) => foldedState(this.#clean, side));
    assert.deepEqual(stateOf("a"), stateOf("b"));
    const again = await joinStores(this.#side(first).store, this.#roots[second], never);
    assert.deepEqual([again.bytes, again.entities.added, again.entities.extended], [0, 0, 0]);
    await this.check();
  }
}

function nothing(): Acknowledged {
  return { content: new Map(), ledger: new Set(), objects: new Map() };
}

function quietly(work: () => void): void {
  try {
    work();
  } catch {
    // The process is gone, or its disk is full: what it leaves is what is looked at.
  }
}

export const showPlan = (world: World): string => canonicalJson(world.happened);
